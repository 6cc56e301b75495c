import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Transform, Writable } from "node:stream";
import type { PortForward, V1Pod, V1Service } from "@kubernetes/client-node";
import {
  KubernetesError,
  kubeConfigOf,
  kubernetesLibrary,
  kubernetesReader,
  type KubernetesReader,
} from "./kubernetes";

/** A Service's port, as kubectl's `port-forward svc/…` takes it. */
export interface ForwardTarget {
  context: string;
  namespace: string;
  service: string;
  port: number;
}

/** A pod's port, whether the pod is ready or not, and also while it ends. */
export interface PodTarget {
  context: string;
  namespace: string;
  pod: string;
  port: number;
}

interface OpenForward {
  server: Server;
  url: string;
  sockets: Set<Socket>;
  /** Why the newest connection led nowhere; undefined where it leads to a pod. */
  problem: KubernetesError | undefined;
}

interface SharedForward {
  users: number;
  forward: Promise<OpenForward>;
}

const shared = new Map<string, SharedForward>();

/**
 * Runs `work` with the URL of a port on loopback that leads to a ready pod of the Service. It is part of this process, so
 * it ends with it, however that ends; works that overlap share one.
 *
 * @throws KubernetesError when the context, the Service or a ready pod is not there
 */
export function withPortForward<T>(
  target: ForwardTarget,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const find = (reader: KubernetesReader) => findPod(reader, target);
  return withForward(target, find, ({ url }) => work(url));
}

/**
 * The same to one pod.
 *
 * @throws KubernetesError when the context is not there, and where `work` fails since the cluster leads to no such pod or refuses
 * to: its status is the cluster's answer, 403 where the right is missing
 */
export function withPodForward<T>(
  target: PodTarget,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const { pod: name, port } = target;
  const find = () => Promise.resolve({ name, port });
  return withForward(target, find, async (forward) => {
    try {
      return await work(forward.url);
    } catch (error) {
      // To the work it was a connection that ended; the cluster said why.
      throw forward.problem ?? error;
    }
  });
}

/** Finds the pod of each connection. */
type FindPod = (reader: KubernetesReader) => Promise<PodPort>;

async function withForward<T>(
  target: ForwardTarget | PodTarget,
  find: FindPod,
  work: (forward: OpenForward) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(target);
  const entry = shared.get(key) ?? { users: 0, forward: open(target, find) };
  shared.set(key, entry);
  entry.users++;
  try {
    return await work(await entry.forward);
  } finally {
    if (--entry.users === 0) {
      shared.delete(key);
      await entry.forward.then(close, () => undefined);
    }
  }
}

async function open(
  { context, namespace }: ForwardTarget | PodTarget,
  find: FindPod,
): Promise<OpenForward> {
  const { PortForward: Forward } = await kubernetesLibrary();
  const forwarder = new Forward(await kubeConfigOf(context));
  const reader = await kubernetesReader(context);
  await find(reader);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    // A pod that was replaced in the meantime is found anew: each connection asks for itself.
    find(reader)
      .then((pod) => carry(forwarder, namespace, pod, socket))
      .then(
        () => (forward.problem = undefined),
        (error: unknown) => {
          forward.problem = error instanceof KubernetesError ? error : undefined;
          socket.destroy();
        },
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const forward: OpenForward = { server, url, sockets, problem: undefined };
  return forward;
}

async function close({ server, sockets }: OpenForward): Promise<void> {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, "close");
}

/** Bytes that may wait in the WebSocket: beyond them the socket is not read, or a large push would be held in memory. */
const mostWaiting = 4 * 1024 * 1024;

/** What is used of the WebSocket. */
interface ForwardedStream {
  bufferedAmount: number;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  close: () => void;
}

async function carry(
  forwarder: PortForward,
  namespace: string,
  { name, port }: PodPort,
  socket: Socket,
): Promise<void> {
  const waiting = { bytes: () => 0 };
  const pace = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const pass = () => {
        if (waiting.bytes() > mostWaiting) setTimeout(pass, 5);
        else done(null, chunk);
      };
      pass();
    },
  });
  const refusal = new Writable({
    // The first message names the port and leaves nothing of itself; what follows is a refusal.
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) socket.destroy();
      done();
    },
  });
  // Its own types come from a package that is not here.
  const stream = (await forwarder
    .portForward(namespace, name, [port], socket, refusal, pace)
    .catch((error: unknown) => {
      throw refusedForward(`${namespace}/${name}`, error);
    })) as unknown as ForwardedStream;
  waiting.bytes = () => stream.bufferedAmount;
  stream.onclose = () => socket.end();
  stream.onerror = () => socket.destroy();
  socket.once("close", () => {
    stream.close();
  });
  socket.pipe(pace);
}

/** What a WebSocket that was not opened was answered: its event has the status in its words alone. */
function refusedForward(pod: string, error: unknown): KubernetesError {
  const { message = "" } = error as { message?: string };
  const status = /\bresponse: (\d{3})\b/.exec(message)?.[1];
  const what = `a port-forward to the pod ${pod}`;
  return status === undefined
    ? new KubernetesError(`${what} could not be opened`)
    : new KubernetesError(`the cluster answers ${status} for ${what}`, Number(status));
}

interface PodPort {
  name: string;
  port: number;
}

async function findPod(reader: KubernetesReader, target: ForwardTarget): Promise<PodPort> {
  const { namespace, service: name, port } = target;
  const service = await reader.read<V1Service>({
    apiVersion: "v1",
    kind: "Service",
    namespace,
    name,
  });
  if (service === undefined) throw new KubernetesError(`there is no Service ${namespace}/${name}`);
  const selector = service.spec?.selector ?? {};
  const pods = await reader.list<V1Pod>({ apiVersion: "v1", kind: "Pod", namespace }, selector);
  const ready = pods.find(isReady);
  if (ready?.metadata?.name === undefined)
    throw new KubernetesError(`no pod of the Service ${namespace}/${name} is ready`);
  const wanted = service.spec?.ports?.find((each) => each.port === port)?.targetPort ?? port;
  const ports = (ready.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const number =
    typeof wanted === "number" ? wanted : ports.find((each) => each.name === wanted)?.containerPort;
  if (number === undefined)
    throw new KubernetesError(`the Service ${namespace}/${name} has no port ${port}`);
  return { name: ready.metadata.name, port: number };
}

function isReady({ status, metadata }: V1Pod): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return (status?.conditions ?? []).some(
    ({ type, status: value }) => type === "Ready" && value === "True",
  );
}
