import { X509Certificate } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import type { KubernetesReader } from "../cluster/kubernetes";
import type { SecretName } from "./offeredGateway";

/** The certificate in a Secret of the type `kubernetes.io/tls`; undefined where there is none. @throws KubernetesError */
export async function readCertificate(
  reader: Pick<KubernetesReader, "read">,
  { namespace, name }: SecretName,
): Promise<X509Certificate | undefined> {
  const secret = await reader.read<V1Secret>({
    apiVersion: "v1",
    kind: "Secret",
    namespace,
    name,
  });
  const text = secret?.data?.["tls.crt"];
  if (text === undefined) return undefined;
  try {
    return new X509Certificate(Buffer.from(text, "base64"));
  } catch {
    return undefined;
  }
}
