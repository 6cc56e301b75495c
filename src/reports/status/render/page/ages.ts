import { markup } from "../../../../render/html";
import type { KeyAge, StackStatus } from "../../fleetStatus";
import { mark, time, type PageRow, type Tone } from "./parts";

const dayMs = 86_400_000;

const tones: Record<KeyAge["state"], Tone> = {
  fine: "good",
  "ends soon": "warn",
  expired: "bad",
  "never ends": "none",
};

/** Every password of a stack with its age, and every API key with the days that are left of it. */
export function ages({ stack, credentials, keys }: StackStatus, now: number): PageRow[] {
  const heading = markup`<bdi>${stack}</bdi>`;
  return [
    ...credentials.map(({ account, since }): PageRow => {
      const days = since === undefined ? null : Math.floor((now - Date.parse(since)) / dayMs);
      return {
        heading,
        cells: [
          { shown: `password of ${account}` },
          since === undefined
            ? { shown: "unknown", order: null }
            : { shown: markup`since ${time(since)}`, order: Date.parse(since) },
          { shown: days === null ? "unknown" : `${days} old`, order: days },
          { shown: "" },
        ],
      };
    }),
    ...keys.map(({ name, expires, daysLeft, state }): PageRow => ({
      heading,
      cells: [
        { shown: `API key ${name}` },
        expires === undefined
          ? { shown: "no end", order: null }
          : { shown: markup`until ${time(expires)}`, order: Date.parse(expires) },
        { shown: daysLeft === undefined ? "" : `${daysLeft} left`, order: daysLeft ?? null },
        { shown: mark(tones[state], state) },
      ],
    })),
  ];
}
