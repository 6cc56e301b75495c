import { randomBytes } from "node:crypto";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ApiClient, serverOf } from "./client";
import type { KubeObject } from "./fields";
import { revisionsOf, uninstall, type WantedRelease } from "./helm";
import { pathOf } from "./kinds";
import { differences, markedLike, plain, pruned, unknown } from "./propertyMaps";
import { asked, deployed, releaseState, restart } from "./releases";
import { Empty, PluginInfo, props, serve, struct, type Props } from "./rpc";
import { idOf, isCommand, isPatch, isRelease, objectOf, pathById } from "./urns";

/*
 * A Kubernetes provider that Pulumi's engine starts in the place of the real one (pulumi-kubernetes 4.34, provider/pkg/provider):
 * its answers to the engine, over the stand-in's API server. What our program does not use is not here.
 */

/** The name under which a resource owns fields: the state's, else a new one. */
const managerOf = ({ __fieldManager: known }: Props): string =>
  typeof known === "string" ? known : `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;

const isForced = ({ metadata }: KubeObject) =>
  metadata.annotations?.["pulumi.com/patchForce"] === "true";

let client: ApiClient | undefined;
let upserts = false;
const api = (): ApiClient => {
  if (client === undefined) throw new Error("configured Kubernetes cluster is unreachable");
  return client;
};

/** What the engine keeps: the live object, with the inputs that it was made from. */
function checkpoint(live: object, inputs: Props, manager: string): Props {
  const { __inputs: _, ...rest } = live as Props;
  return {
    ...(markedLike(rest, inputs) as Props),
    __inputs: inputs,
    __initialApiVersion: (live as KubeObject).apiVersion,
    __fieldManager: manager,
  };
}

const forcesNew: Record<string, RegExp> = {
  Secret: /^type$/,
  PersistentVolumeClaim: /^spec\.(accessModes|selector|storageClassName|volumeName)/,
};

const methods = {
  checkConfig: (request: provider.CheckRequest) => {
    const response = new provider.CheckResponse();
    // What the real one keeps there of itself, it keeps.
    const own = Object.entries(props(request.getOlds())).filter(([key]) => key.startsWith("__"));
    response.setInputs(struct({ ...props(request.getNews()), ...Object.fromEntries(own) }));
    return response;
  },
  diffConfig: (request: provider.DiffRequest) => {
    const [olds, news] = [
      plain<Props>(props(request.getOlds())),
      plain<Props>(props(request.getNews())),
    ];
    const changed = differences(olds, news).map(([path]) => path);
    const response = new provider.DiffResponse();
    response.setChanges(
      changed.length === 0
        ? provider.DiffResponse.DiffChanges.DIFF_NONE
        : provider.DiffResponse.DiffChanges.DIFF_SOME,
    );
    response.setDiffsList(changed);
    // With an identifier on both sides, nothing else replaces (provider.go, DiffConfig).
    const both = olds["clusterIdentifier"] !== undefined && news["clusterIdentifier"] !== undefined;
    response.setReplacesList(
      changed.filter((key) =>
        both ? key === "clusterIdentifier" : ["kubeconfig", "context", "cluster"].includes(key),
      ),
    );
    return response;
  },
  configure: (request: provider.ConfigureRequest) => {
    const args = plain<Props>(props(request.getArgs()));
    upserts = String(args["upsertExistingObjects"]) === "true";
    if (typeof args["context"] === "string") client = new ApiClient(serverOf(args["context"]));
    const response = new provider.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  },
  check: (request: provider.CheckRequest) => {
    const response = new provider.CheckResponse();
    const [olds, news] = [props(request.getOlds()), props(request.getNews())];
    // The real one reads the version of a chart that names none.
    const version = news["version"] ?? olds["version"] ?? "0.1.122";
    response.setInputs(struct(isRelease(request.getUrn()) ? { ...news, version } : news));
    return response;
  },
  diff: (request: provider.DiffRequest) => {
    const [urn, marked, news] = [
      request.getUrn(),
      props(request.getOlds()),
      props(request.getNews()),
    ];
    const olds = plain<Props>(marked);
    const inputs = plain<Props>(olds["__inputs"] ?? olds);
    const [old, now] = isRelease(urn)
      ? [asked(inputs), asked(plain(news))]
      : [pruned(olds, isCommand(urn) ? plain(news) : inputs), plain<Props>(news)];
    const found = differences(old, now);
    const { PropertyDiff, DiffResponse } = provider;
    const forced = (path: string) =>
      isCommand(urn)
        ? path.startsWith("triggers")
        : isRelease(urn)
          ? /^(name|namespace)$/.test(path)
          : /^metadata\.(name|namespace)$/.test(path) ||
            (!isPatch(urn) && forcesNew[objectOf(urn, {}).kind]?.test(path) === true);
    const response = new DiffResponse();
    response.setChanges(
      found.length === 0 ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME,
    );
    response.setHasdetaileddiff(true);
    for (const [path, change] of found) {
      const detail = new PropertyDiff();
      detail.setKind(PropertyDiff.Kind[forced(path) ? (`${change}_REPLACE` as const) : change]);
      response.getDetaileddiffMap().set(path, detail);
    }
    const replaces = found.map(([path]) => path).filter(forced);
    response.setReplacesList(replaces);
    response.setDeletebeforereplace(
      replaces.length > 0 &&
        !isRelease(urn) &&
        !replaces.some((path) => path.startsWith("metadata.")),
    );
    return response;
  },
  create: async (request: provider.CreateRequest) => {
    const [urn, inputs] = [request.getUrn(), props(request.getProperties())];
    const response = new provider.CreateResponse();
    if (
      request.getPreview() &&
      (isRelease(urn) || isCommand(urn) || JSON.stringify(inputs).includes(unknown))
    ) {
      response.setProperties(struct(inputs));
      return response;
    }
    if (isCommand(urn)) {
      response.setId(randomBytes(8).toString("hex"));
      response.setProperties(struct(await restart(inputs)));
      return response;
    }
    if (isRelease(urn)) {
      const { namespace, name } = plain<WantedRelease>(inputs);
      response.setId(`${namespace}/${name}`);
      response.setProperties(struct(await deployed(api(), inputs, true)));
      return response;
    }
    const manager = managerOf({});
    const object = objectOf(urn, inputs);
    if (!upserts && !isPatch(urn) && (await api().get(pathOf(object))) !== undefined)
      throw new Error(`${object.kind} "${object.metadata.name}" already exists`);
    try {
      const live = await api().apply(object, manager, isForced(object), request.getPreview());
      const { status: _, ...known } = live;
      response.setProperties(
        struct(checkpoint(request.getPreview() ? known : live, inputs, manager)),
      );
      if (!request.getPreview()) response.setId(idOf(live));
    } catch (error) {
      // A namespace that the same deployment makes is not there yet.
      if (!request.getPreview() || !/^namespaces .* not found$/.test((error as Error).message))
        throw error;
      response.setProperties(struct(inputs));
    }
    return response;
  },
  read: async (request: provider.ReadRequest) => {
    const [urn, id] = [request.getUrn(), request.getId()];
    const [state, inputs] = [props(request.getProperties()), props(request.getInputs())];
    const response = new provider.ReadResponse();
    if (isCommand(urn)) {
      response.setId(id);
      response.setProperties(struct(state));
      return response;
    }
    if (isRelease(urn)) {
      const [namespace = "", name = ""] = id.split("/");
      const last = (await revisionsOf(api(), { namespace, name })).at(-1);
      if (last === undefined) return response;
      const known =
        Object.keys(inputs).length > 0 ? inputs : { name, namespace, values: last.release.config };
      response.setId(id);
      response.setProperties(
        struct(await releaseState(api(), { ...known, values: last.release.config })),
      );
      response.setInputs(struct(known));
      return response;
    }
    const live = await api().get(pathById(urn, id));
    if (live === undefined) return response;
    const shape =
      Object.keys(inputs).length > 0
        ? plain<Props>(inputs)
        : { metadata: { name: 0, namespace: 0 }, apiVersion: 0, kind: 0 };
    const kept = markedLike(pruned(live, shape), inputs) as Props;
    response.setId(id);
    response.setProperties(
      struct(
        checkpoint(
          live,
          kept,
          typeof state["__fieldManager"] === "string"
            ? state["__fieldManager"]
            : `pulumi-kubernetes-${randomBytes(4).toString("hex")}`,
        ),
      ),
    );
    response.setInputs(struct(kept));
    return response;
  },
  update: async (request: provider.UpdateRequest) => {
    const [urn, olds, news] = [
      request.getUrn(),
      props(request.getOlds()),
      props(request.getNews()),
    ];
    const response = new provider.UpdateResponse();
    if (
      request.getPreview() &&
      (isRelease(urn) || isCommand(urn) || JSON.stringify(news).includes(unknown))
    ) {
      response.setProperties(struct(news));
    } else if (isCommand(urn)) {
      response.setProperties(struct({ ...olds, ...news }));
    } else if (isRelease(urn)) {
      response.setProperties(struct(await deployed(api(), news, false)));
    } else {
      const manager = managerOf(olds);
      const object = objectOf(urn, news);
      // An update is no upsert: what somebody deleted is found by a refresh alone.
      if ((await api().get(pathOf(object))) === undefined)
        throw new Error(`update of resource "${urn}" failed: "${object.metadata.name}" not found`);
      const live = await api().apply(object, manager, isForced(object), request.getPreview());
      response.setProperties(struct(checkpoint(live, news, manager)));
    }
    return response;
  },
  delete: async (request: provider.DeleteRequest) => {
    const [urn, id, olds] = [request.getUrn(), request.getId(), props(request.getProperties())];
    if (isRelease(urn)) await uninstall(api(), plain<WantedRelease>(olds));
    else if (isPatch(urn)) {
      const { metadata } = plain<KubeObject>(olds);
      const { namespace, name } = metadata;
      const only = objectOf(urn, {
        metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      });
      await api().apply(only, managerOf(olds), true);
    } else if (!isCommand(urn)) await api().remove(pathById(urn, id));
    return new Empty();
  },
  getPluginInfo: () => {
    const info = new PluginInfo();
    info.setVersion("4.34.2");
    return info;
  },
  cancel: () => new Empty(),
};

serve(methods);
// Nobody may outlive the tests.
process.stdin.on("end", () => process.exit()).resume();
