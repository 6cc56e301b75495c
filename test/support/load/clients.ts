import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "../../../src/registry/client";
import { pull, pushLayers, type LoadImage } from "./images";
import { Outcomes, type LoadReport } from "./outcomes";
import { Way, type Target } from "./way";

/** Who does what at once. */
export interface LoadPlan {
  target: Target;
  puller: Credentials;
  /** What a pull secret holds now. Two pullers use it: one as long as it works, one what `follow` hands out. */
  holder: Credentials;
  pusher: Credentials;
  shelf: LoadImage[];
  large: LoadImage;
  /** Clients that pull with connections of their own for each request, and as many that keep theirs. */
  pullers: number;
  slowReaders: number;
  /** Of a slow reader. */
  bytesPerSecond: number;
  pushers: number;
  /** Distinguishes this run's repositories from another's. */
  run: string;
}

/** Between two errands of one client: a machine of two cores has to answer, too. */
const pauseMs = 40;
const pushPauseMs = 400;
/** After a failure, so that a registry that is away is not asked a thousand times. */
const calmMs = 500;

/** Clients that go on until they are told to end. */
export class Clients {
  readonly #outcomes = new Outcomes();
  readonly #ways: Way[] = [];
  readonly #following: { credentials?: Credentials } = {};
  readonly #work: Promise<void>[];
  #over = false;

  constructor(plan: LoadPlan) {
    this.#work = [
      ...this.#several(plan.pullers, (index) => this.#pull(plan, plan.puller, index, true)),
      ...this.#several(plan.pullers, (index) => this.#pull(plan, plan.puller, index, false)),
      this.#pull(plan, plan.holder, 0, true),
      this.#pull(plan, plan.holder, 1, false, this.#following),
      ...this.#several(plan.slowReaders, (index) => this.#readSlowly(plan, index)),
      ...this.#several(plan.pushers, (index) => this.#push(plan, index)),
    ];
  }

  /** Hands new credentials to the client that takes what it is given. */
  follow(credentials: Credentials): void {
    this.#following.credentials = credentials;
  }

  /** What was seen so far. */
  report(): LoadReport {
    const sum = (of: (way: Way) => number) => this.#ways.reduce((all, way) => all + of(way), 0);
    return this.#outcomes.report(
      sum(({ requests }) => requests),
      sum(({ reconnected }) => reconnected),
    );
  }

  /** Lets every errand come to its end. */
  async end(): Promise<LoadReport> {
    this.#over = true;
    await Promise.all(this.#work);
    for (const way of this.#ways) way.close();
    return this.report();
  }

  #several(count: number, client: (index: number) => Promise<void>): Promise<void>[] {
    return Array.from({ length: count }, (_, index) => client(index));
  }

  #way(target: Target, credentials: Credentials, keepAlive: boolean): Way {
    const way = new Way(target, credentials, keepAlive);
    this.#ways.push(way);
    return way;
  }

  async #pull(
    { target, shelf }: LoadPlan,
    first: Credentials,
    index: number,
    keepAlive: boolean,
    handed: { credentials?: Credentials } = {},
  ): Promise<void> {
    const way = this.#way(target, first, keepAlive);
    for (let turn = index; !this.#over; turn++) {
      // Between two pulls, as a kubelet reads its pull secret.
      way.credentials = handed.credentials ?? first;
      const image = shelf[turn % shelf.length];
      if (image === undefined) throw new Error("there is nothing to pull");
      const well = await this.#outcomes.note("pull", () => pull(way, image));
      await sleep(well === undefined ? calmMs : pauseMs);
    }
  }

  async #readSlowly(
    { target, puller, large, bytesPerSecond }: LoadPlan,
    index: number,
  ): Promise<void> {
    // Half of them also keep their connections, as a kubelet does.
    const way = this.#way(target, puller, index % 2 === 0);
    while (!this.#over) {
      const well = await this.#outcomes.note("slow read", () => pull(way, large, bytesPerSecond));
      if (well === undefined) await sleep(calmMs);
    }
  }

  /** Each into repositories of its own: Zot has no lock between pods for the tags of one repository. */
  async #push({ target, pusher, run }: LoadPlan, index: number): Promise<void> {
    // What a push sends is not sent twice by itself, so that it has connections that nobody has closed.
    const way = this.#way(target, pusher, false);
    const shared = randomBytes(50_000);
    for (let turn = 1; !this.#over; turn++) {
      const repository = `pushed/${run}-${index}${turn % 2 === 0 ? "/inner" : ""}`;
      const layers = [shared, randomBytes(10_000)];
      const image = await this.#outcomes.note("push", () =>
        pushLayers(way, repository, String(turn), layers),
      );
      if (image !== undefined) this.#outcomes.pushed(image);
      await sleep(image === undefined ? calmMs : pushPauseMs);
    }
  }
}
