import type { Alteration, PassedAnswer, Passing } from "../support/alteringWay";
import type { Fault } from "./fault";

const isContent = ({ path }: Passing) => /\/(manifests|blobs)\/[^/]*$/.test(path);

/** What has arrived but for its last byte, which is another one. */
function spoilt(body: Buffer): Buffer {
  const bytes = Buffer.from(body);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes;
}

/** Changes manifests and blobs that are read. */
const content = (change: (answer: PassedAnswer) => PassedAnswer): Alteration => ({
  altered: (asked, answer) =>
    asked.method === "GET" && isContent(asked) && answer.status === 200 && answer.body.length > 0
      ? change(answer)
      : undefined,
});

const refusal = (status: number, headers = {}): PassedAnswer => ({
  status,
  headers,
  body: Buffer.from("<html>not a registry's words</html>"),
});

/** Everything is answered so: `times` times, or until it is lifted. */
function always(status: number, headers = {}, times = Infinity): Alteration {
  let left = times;
  return { instead: () => (left-- > 0 ? refusal(status, headers) : undefined) };
}

/** The same of what is read of images. */
const images = (status: number): Alteration => ({
  instead: (asked) => (isContent(asked) ? refusal(status) : undefined),
});

const notRegistry = "without a registry's error in the body";

/** A burst is shorter than a client's patience. */
const burst = (status: number): Fault => ({
  name: `${status} for a moment`,
  make: ({ answers }) => {
    answers.alteration = always(status, {}, 2);
  },
  seeding: "recovers",
  verification: "recovers",
  doctor: { never: "it looks once, so that it says what it sees" },
  up: "recovers",
});

const lasting = (status: number, words: string): Fault => ({
  name: `${status} that lasts`,
  make: ({ answers }) => {
    answers.alteration = always(status);
  },
  seeding: { says: new RegExp(`GET /v2/\\S+ at http:\\S+: ${status} ${words}, ${notRegistry}`) },
  verification: { says: new RegExp(`ZF101 .*http:\\S+/v2/ answers ${status}: not a registry`) },
  doctor: { says: new RegExp(`^ZD116 http:\\S+/v2/ answers ${status}`) },
  up: { says: new RegExp(`ZF101 .*http:\\S+/v2/ answers ${status}: not a registry`) },
});

/** Answers that are not what a registry gives, or not now. */
export const answerFaults: readonly Fault[] = [
  {
    name: "wrong digest",
    make: ({ answers }) => {
      answers.alteration = content((answer) => ({ ...answer, body: spoilt(answer.body) }));
    },
    seeding: { says: /GET \S+ at http:\S+: the bytes have the digest sha256:\w+, not sha256:\w+/ },
    verification: { says: /ZF304 .*GET \S+ at http:\S+: the bytes have the digest/ },
    doctor: { says: /^ZD117 GET \S+ at http:\S+: the bytes have the digest/ },
    up: { says: /ZF302 .*the bytes have the digest/ },
  },
  {
    name: "wrong length",
    make: ({ answers }) => {
      answers.alteration = content((answer) => ({
        ...answer,
        headers: { ...answer.headers, "content-length": answer.body.length + 10 },
      }));
    },
    seeding: { says: /GET \S+ at http:\S+: .*(closed before|shorter than)/ },
    verification: { says: /ZF304 .*GET \S+ at http:\S+: .*(closed before|shorter than)/ },
    doctor: { says: /^ZD117 GET \S+ at http:\S+: .*(closed before|shorter than)/ },
    up: { says: /ZF302 .*(closed before|shorter than)/ },
  },
  burst(429),
  lasting(429, "Too Many Requests"),
  {
    name: "429 with a Retry-After of a second",
    make: ({ answers }) => {
      answers.alteration = always(429, { "retry-after": "1" }, 2);
    },
    seeding: "recovers",
    verification: "recovers",
    doctor: { never: "it looks once, so that it says what it sees" },
    up: "recovers",
  },
  {
    name: "429 with a Retry-After of an hour",
    make: ({ answers }) => {
      answers.alteration = always(429, { "retry-after": "3600" });
    },
    seeding: { says: /429 Too Many Requests, .*\(it asks to come back in 3600 s\)/ },
    verification: { says: /ZF101 .*\/v2\/ answers 429/ },
    doctor: { says: /^ZD116 http:\S+\/v2\/ answers 429/ },
    up: { says: /ZF101 .*\/v2\/ answers 429/ },
  },
  lasting(500, "Internal Server Error"),
  burst(502),
  lasting(502, "Bad Gateway"),
  burst(503),
  lasting(503, "Service Unavailable"),
  {
    name: "500 for a repository alone",
    make: ({ answers }) => {
      answers.alteration = images(500);
    },
    seeding: { says: /GET \S+\/manifests\/\S+ at http:\S+: 500 Internal Server Error/ },
    verification: { says: /ZF304 .*GET \S+\/manifests\/\S+ at http:\S+: 500/ },
    doctor: { says: /^ZD117 GET \S+\/manifests\/\S+ at http:\S+: 500/ },
    up: { says: /ZF302 .*GET \S+\/manifests\/\S+ at http:\S+: 500/ },
  },
  {
    name: "a redirect to another host",
    make: ({ answers, url }) => {
      answers.alteration = {
        instead: ({ method, path, headers }) =>
          isContent({ method, path, headers }) && (method === "GET" || method === "HEAD")
            ? {
                ...refusal(307),
                headers: { location: url.replace("127.0.0.1", "localhost") + path },
              }
            : undefined,
      };
    },
    seeding: {
      says: /401 .*after a redirect to http:\/\/localhost:\d+, where credentials are not sent/,
    },
    verification: { says: /ZF304 .*after a redirect to http:\/\/localhost:\d+, where credentials/ },
    doctor: { says: /^ZD117 .*after a redirect to http:\/\/localhost:\d+, where credentials/ },
    up: { says: /ZF302 .*after a redirect to http:\/\/localhost:\d+, where credentials/ },
  },
  {
    name: "endless pages",
    make: ({ answers }) => {
      let page = 0;
      answers.alteration = {
        instead: ({ path }) => {
          const [list = ""] = path.split("?");
          if (!/\/(_catalog|tags\/list)$/.test(list)) return undefined;
          const body = list.endsWith("_catalog") ? { repositories: ["a"] } : { tags: ["a"] };
          const link = `<${list}?n=1&last=${++page}>; rel="next"`;
          return { status: 200, headers: { link }, body: Buffer.from(JSON.stringify(body)) };
        },
      };
    },
    seeding: { says: /GET \S+\/tags\/list at http:\S+: more than 1000 pages/ },
    verification: { says: /ZF301 .*GET \/v2\/_catalog at http:\S+: more than 1000 pages/ },
    doctor: { says: /^ZD117 GET \/v2\/_catalog at http:\S+: more than 1000 pages/m },
    up: { says: /ZF30[12] .*more than 1000 pages/ },
  },
];
