import type { KubeObject } from "./fields";
import { pathOf } from "./kinds";
import { plain } from "./propertyMaps";
import type { Props } from "./rpc";

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";
export const isRelease = (urn: string) => typeOf(urn) === "kubernetes:helm.sh/v3:Release";
export const isCommand = (urn: string) => typeOf(urn).startsWith("command:");
export const isPatch = (urn: string) => typeOf(urn).endsWith("Patch");

/** The object that is asked for; a patch is of the kind that it patches. */
export function objectOf(urn: string, inputs: Props): KubeObject {
  const [, place = "", kind = ""] = typeOf(urn).split(":");
  const apiVersion = place.replace(/^core\//, "");
  return { ...plain<KubeObject>(inputs), apiVersion, kind: kind.replace(/Patch$/, "") };
}

export const pathById = (urn: string, id: string): string => {
  const [name = "", namespace] = id.split("/").reverse();
  return pathOf(
    objectOf(urn, { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }),
  );
};
export const idOf = ({ metadata: { namespace, name } }: KubeObject) =>
  namespace === undefined ? name : `${namespace}/${name}`;
