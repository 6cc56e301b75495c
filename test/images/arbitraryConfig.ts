import fc from "fast-check";

/** What an image is known by, as a Docker config has it; every field may be absent, null or empty. */
export interface Identity {
  created?: unknown;
  author?: unknown;
  architecture: string;
  variant?: unknown;
  os: string;
  config?: Record<string, unknown> | null;
  history?: unknown;
}

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: "binary" }),
  fc.constantFrom(
    "",
    "<b>&amp;",
    "\u2028",
    "\ud800",
    "é",
    "/bin/sh -c #(nop) CMD",
    "__proto__",
    "7",
  ),
);
const time = fc
  .tuple(
    fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9998-12-31T00:00:00Z"),
      noInvalidDate: true,
    }),
    fc.constantFrom(
      "",
      ".0",
      ".5",
      ".120",
      ".123456789",
      ".000000001",
      ".1234567891",
      ".000000000",
    ),
    fc.constantFrom("Z", "Z", "+00:00", "-00:00", "+02:00", "-11:30", "+23:59"),
  )
  .map(([date, fraction, zone]) => date.toISOString().slice(0, 19) + fraction + zone);

const maybe = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
const texts = maybe(fc.array(text, { maxLength: 3 }));
const set = maybe(fc.dictionary(text, fc.constantFrom({}, null), { maxKeys: 3 }));

const runConfig = fc.record(
  {
    User: maybe(text),
    ExposedPorts: set,
    Env: texts,
    Entrypoint: texts,
    Cmd: texts,
    Volumes: set,
    WorkingDir: maybe(text),
    Labels: maybe(fc.dictionary(text, maybe(text), { maxKeys: 4 })),
    StopSignal: maybe(text),
  },
  { requiredKeys: [] },
);

const historyEntry = fc.record(
  {
    created: maybe(time),
    created_by: maybe(text),
    author: maybe(text),
    comment: maybe(text),
    empty_layer: maybe(fc.boolean()),
  },
  { requiredKeys: [] },
);

/** The fields that survive conversion, in all their spellings. `diff_ids` are whatever archive it goes into. */
export const identity: fc.Arbitrary<Identity> = fc.record(
  {
    created: maybe(time),
    author: maybe(text),
    architecture: fc.constantFrom("amd64", "arm64", "arm"),
    variant: maybe(fc.constantFrom("", "v6", "v7", "v8")),
    os: fc.constantFrom("linux", "windows"),
    "os.version": maybe(text),
    "os.features": texts,
    config: maybe(runConfig),
    history: maybe(fc.array(maybe(historyEntry), { maxLength: 4 })),
  },
  { requiredKeys: ["architecture", "os"] },
);

/** What Docker writes besides and conversion drops. */
export const dockerOnly = fc.record(
  {
    id: fc.string(),
    parent: fc.string(),
    container: fc.string(),
    docker_version: fc.string(),
    container_config: fc.constant({ Hostname: "c0ffee", Env: ["BUILD=1"], Cmd: ["/bin/sh"] }),
    comment: fc.string(),
  },
  { requiredKeys: [] },
);

/** The same within `config`. */
export const dockerOnlyRun = fc.record(
  {
    Hostname: fc.string(),
    Domainname: fc.string(),
    Image: fc.string(),
    Tty: fc.boolean(),
    ArgsEscaped: fc.boolean(),
    Healthcheck: fc.constant({ Test: ["CMD", "true"], Interval: 1e9 }),
    OnBuild: fc.array(fc.string(), { maxLength: 2 }),
    Shell: fc.array(fc.string(), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

/** A whole Docker config around an identity. */
export function dockerConfig(
  of: Identity,
  diffIds: readonly string[],
  outer: object,
  run: object,
): object {
  const config = { ...run, ...of.config };
  return { ...outer, ...of, config, rootfs: { type: "layers", diff_ids: diffIds } };
}
