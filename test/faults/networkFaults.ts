import type { Fault } from "./fault";

const at = String.raw`at http://127\.0\.0\.1:\d+`;
const asked = (path: string, what: string) => new RegExp(`GET ${path}\\S* ${at}: ${what}`);

/** Connections that fail. */
export const networkFaults: readonly Fault[] = [
  {
    name: "connection refused",
    make: ({ network }) => network.refuse(),
    seeding: { says: /cannot reach http:\/\/127\.0\.0\.1:\d+: connection refused/ },
    verification: { says: /ZF101 .*cannot reach http:\/\/127\.0\.0\.1:\d+: connection refused/ },
    doctor: { says: /^ZD101 connection refused/ },
    up: { says: /ZF101 .*cannot reach http:\/\/127\.0\.0\.1:\d+: connection refused/ },
  },
  {
    name: "connection reset",
    make: ({ network }) => network.reset(),
    seeding: { says: asked("/v2/", "the connection was (reset|closed)") },
    verification: { says: /ZF101 .*GET \/v2\/ at http:\S+: the connection was (reset|closed)/ },
    doctor: { says: /^ZD116 GET \/v2\/ at http:\S+: the connection was (reset|closed)/ },
    up: { says: /ZF101 .*the connection was (reset|closed)/ },
  },
  {
    name: "hung",
    make: ({ network }) => network.hang(),
    seeding: { says: asked("/v2/", "connected, but no answer in time") },
    verification: { says: /ZF101 .*GET \/v2\/ at http:\S+: connected, but no answer in time/ },
    doctor: { says: /^ZD116 GET \/v2\/ at http:\S+: connected, but no answer in time/ },
    up: { says: /ZF101 .*connected, but no answer in time/ },
  },
  {
    name: "hung in the middle of a push",
    standsStill: true,
    make: ({ answers }) => {
      answers.alteration = { swallows: ({ method }) => method === "PATCH" };
    },
    seeding: { says: /^skopeo moved nothing for \d+ s and was ended/ },
    verification: { never: "it pushes nothing" },
    doctor: { never: "it pushes nothing" },
    up: { says: /ZF302 .*skopeo moved nothing for 600 s and was ended/ },
  },
  {
    name: "slow",
    make: ({ network }) => network.slowDown(100, "downstream"),
    seeding: "recovers",
    verification: "recovers",
    doctor: "recovers",
    up: "recovers",
  },
  {
    name: "cut in the middle of a body that is sent",
    make: ({ network }) => network.cutAfter(60_000, "upstream"),
    seeding: { says: /(writing|uploading) .*(EOF|reset|broken pipe|closed)/i },
    verification: { never: "it sends no body" },
    doctor: { never: "it sends no body" },
    up: { says: /ZF302 .*(EOF|reset|broken pipe|closed)/i },
  },
  {
    name: "cut in the middle of a body that comes",
    make: ({ network }) => network.cutAfter(30_000, "downstream"),
    seeding: { held: "test/contract/promoteCut.test.ts" },
    verification: {
      says: /ZF305 .*GET \S+\/blobs\/\S+ at http:\S+: the connection was (reset|closed)/,
    },
    doctor: { never: "it reads no layer" },
    up: { says: /ZF305 .*the connection was (reset|closed)/ },
  },
];
