import type { KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import type { ObjectName } from "./kubernetes";

/** An object of a manifest. */
export type ManifestObject = KubernetesObject & {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
};

/** The objects of a manifest as Helm keeps it, hooks not among them. What is in no namespace is left out: charts of ours make none. */
export function objectsIn(manifest: string, namespace: string): ManifestObject[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as Partial<ManifestObject> | null)
    .flatMap((object) => {
      const { apiVersion, kind, metadata } = object ?? {};
      if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) return [];
      const place = metadata.namespace ?? namespace;
      return [{ ...object, apiVersion, kind, metadata: { ...metadata, namespace: place } }];
    });
}

/** What names an object. */
export function objectName({ apiVersion, kind, metadata }: ManifestObject): ObjectName {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}
