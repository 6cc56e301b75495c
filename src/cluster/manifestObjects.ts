import { parseAllDocuments } from "yaml";
import type { ObjectName } from "./kubernetes";

/** An object of a manifest. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec?: object;
}

/** The objects of a manifest as Helm keeps it, hooks not among them. What is in no namespace is left out: charts of ours make none. */
export function objectsIn(manifest: string, namespace: string): ManifestObject[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as Written | null)
    .flatMap((object) => {
      const { apiVersion, kind, metadata } = object ?? {};
      if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) return [];
      const { name, namespace: place = namespace } = metadata;
      return [{ ...object, apiVersion, kind, metadata: { ...metadata, name, namespace: place } }];
    });
}

/** An object as a template writes it. */
interface Written {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string };
}

/** What names an object. */
export function objectName({ apiVersion, kind, metadata }: ManifestObject): ObjectName {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}
