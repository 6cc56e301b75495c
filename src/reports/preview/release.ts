import { code, escaped } from "../../render/markdown";
import { rightOf, type Action } from "../../zot/policies";
import { rightChanges, type RightChange, type Who } from "./access";
import { textAt, type Change, type Described } from "./change";
import { retentionChanges } from "./retention";
import { differences, opened, type Difference } from "./differences";
import { shown } from "./redacted";

/**
 * Seconds that clients see no registry while its pod is replaced: 7 were measured by clients that pulled throughout a rotation, on
 * a small store with Zot's image on the node (test/cluster/deployment.test.ts prints them); how the startup probe's period of 5
 * falls makes it more or less.
 */
const usualSeconds = 10;

/** Values that change nothing of the pod. */
const outsideThePod = new Set([
  "pvc",
  "service",
  "serviceAccount",
  "httproute",
  "ingress",
  "replicaCount",
  "strategy",
  "podDisruptionBudget",
]);

/** What a change of the Helm release means: restarts, versions, rights, settings. */
export function releaseChanges(step: Described): Change[] {
  const { kind, old, now } = step;
  const where = code(`${textAt(now, "namespace") ?? "?"}/${textAt(now, "name") ?? step.name}`);
  switch (kind) {
    case "created":
      return [{ kind, words: `a registry is made: the release ${where}` }];
    case "deleted":
      return [{ kind, words: `the registry goes; ${imagesOf(old)} kept`, risk: true }];
    case "replaced":
      return [
        {
          kind,
          words: `the release ${where} is deleted and created again: nobody can pull or push until it is ready`,
          risk: true,
        },
        ...settings(kind, old, now),
      ];
    case "moved in":
      return [
        {
          kind,
          words: `the live Helm release ${where} moves in; its claim and images stay`,
          risk: true,
        },
      ];
    case "changed":
      return [...restart(old, now), ...settings(kind, old, now)];
  }
}

/** Without persistence the chart makes a Deployment, whose pods keep nothing: the images are in a bucket. */
const isDeployment = (inputs: Described["old"]) =>
  (inputs["values"] as { persistence?: unknown } | undefined)?.persistence === false;

const imagesOf = (inputs: Described["old"]) =>
  isDeployment(inputs) ? "the bucket with its images is" : "the claim with its images is";

function restart(old: Described["old"], now: Described["now"]): Change[] {
  const changed = differences(old["values"], now["values"]);
  const { before, after } = chartVersions(old, now);
  const chart = before !== after;
  if (!chart && changed.every(({ path }) => outsideThePod.has(path[0] ?? ""))) return [];
  if (isDeployment(old) && isDeployment(now))
    return [
      {
        kind: "changed",
        words: "the registry rolls its pods one after another: no restart that clients see",
      },
    ];
  if (isDeployment(old) !== isDeployment(now)) return [relocation(isDeployment(now))];
  const probe = ["values", "startupProbe"] as const;
  const failures = Number(textAt(now, ...probe, "failureThreshold") ?? 0);
  const period = Number(textAt(now, ...probe, "periodSeconds") ?? 0);
  const most = Math.round((failures * period) / 60);
  const longest = most > 0 ? `; a large store takes longer, ${most} minutes at most` : "";
  const fetched = zotOf(old) === zotOf(now) ? "" : " and the pull of Zot's new image";
  const words = `the registry restarts: no pulls and pushes for about ${usualSeconds} seconds${fetched}${longest}`;
  return [{ kind: "changed", words, risk: true }];
}

/** The StatefulSet and the Deployment are two objects: one goes, and the other is made. */
function relocation(toBucket: boolean): Change {
  const [from, to] = toBucket ? ["its claim", "a bucket"] : ["its bucket", "a claim"];
  const words = `the registry moves from ${from} to ${to}: nobody can pull or push until its new pods are ready, and no image is copied`;
  return { kind: "changed", words, risk: true };
}

/** What changes for a live release that moves in: its values before are another's, and may hold anything. */
export function moveInChanges({ old, now }: Described): Change[] {
  const charts = chartVersions(old, now);
  const chart = step("the chart", charts.before, charts.after, "moved in");
  return [...restart(old, now), ...chart, ...step("Zot", zotOf(old), zotOf(now), "moved in")];
}

/** A chart at a path has its own version, which stands in the state, and which no preview knows of the next one. */
function chartVersions(old: Described["old"], now: Described["now"]) {
  const before = textAt(old, "version");
  return { before, after: textAt(now, "version") ?? before };
}

const zotOf = (inputs: Described["old"]) => textAt(inputs, "values", "image", "tag");

/** What is told of Zot's config in words of its own. */
interface ZotSettings {
  http?: { accessControl?: unknown };
  storage?: { retention?: unknown };
}

function settings(kind: Change["kind"], old: Described["old"], now: Described["now"]): Change[] {
  const of = (inputs: Described["old"]) => ({
    zot: zotOf(inputs),
    config: opened(configOf(inputs)) as ZotSettings | undefined,
  });
  const [before, after] = [of(old), of(now)];
  const charts = chartVersions(old, now);
  const rights =
    before.config === undefined || after.config === undefined
      ? []
      : rightChanges(before.config.http?.accessControl, after.config.http?.accessControl);
  return [
    ...step("the chart", charts.before, charts.after, kind),
    ...step("Zot", before.zot, after.zot, kind),
    ...rights.map((right) => rightWords(kind, right)),
    ...retentionChanges(kind, before.config?.storage?.retention, after.config?.storage?.retention),
    ...others(old, now).map((each) => ({ kind, words: settingWords(each) })),
  ];
}

const configOf = (inputs: Described["old"]) =>
  textAt(inputs, "values", "configFiles", "config.json");

function step(
  what: string,
  old: string | undefined,
  now: string | undefined,
  kind: Change["kind"],
): Change[] {
  if (old === now || old === undefined || now === undefined) return [];
  return [
    {
      kind,
      words: `${what} goes from ${escaped(shown([], old))} to ${escaped(shown([], now))}`,
      risk: true,
    },
  ];
}

function rightWords(kind: Change["kind"], { who, pattern, actions, given }: RightChange): Change {
  const [rights, where] = [actions.map(actionWords).join(", "), code(pattern)];
  if (who === "strangers") {
    const words = "to anonymous: strangers, without a password,";
    return given
      ? { kind, words: `opens ${where} ${words} may ${rights}`, risk: true }
      : { kind, words: `closes ${where} ${words} may no longer ${rights}` };
  }
  const grave = given && actions.some(({ action }) => action === "update" || action === "delete");
  const words = `${nameOf(who)} ${given ? "may now" : "may no longer"} ${rights} in ${where}`;
  return { kind, words, ...(grave ? { risk: true } : {}) };
}

const nameOf = (who: Exclude<Who, "strangers">): string =>
  who === "others"
    ? "every other account"
    : "group" in who
      ? `the group ${code(who.group)}`
      : code(who.user);

function actionWords({ action, tags, where }: RightChange["actions"][number]): string {
  return [
    escaped(isAction(action) ? rightOf[action] : action),
    ...tags.map((list) => `the tags ${code(list)}`),
    ...where.map((expression) => `where ${code(expression)}`),
  ].join(" ");
}

const isAction = (text: string): text is Action => Object.hasOwn(rightOf, text);

/** Told in their own words, or elsewhere. */
const told = [/^image\.tag$/, /^podAnnotations\b/, /\.accessControl\b/, /\.storage\.retention\b/];

function others(old: Described["old"], now: Described["now"]): Difference[] {
  return differences(old["values"], now["values"]).filter(
    ({ path }) => !told.some((each) => each.test(path.join("."))),
  );
}

function settingWords({ path, old, now }: Difference): string {
  const name = path.filter((key) => key !== "configFiles").join(".");
  return `${code(name)}: ${code(shown(path, old))} → ${code(shown(path, now))}`;
}
