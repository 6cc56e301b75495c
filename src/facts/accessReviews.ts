import pLimit from "p-limit";
import { kubeConfigOf, kubernetesLibrary, refused } from "../cluster/kubernetes";

/** One thing that an account may do, or may not. */
export interface Right {
  /** Empty for the core group. */
  group: string;
  /** As a rule of RBAC writes it: `pods/portforward`. */
  resource: string;
  verb: string;
  /** Absent for what is in no namespace. */
  namespace?: string;
}

/**
 * Which of these rights the account of a context does not have, by SelfSubjectAccessReview: asked for and not used, and every
 * authorizer of the cluster is heard.
 *
 * @throws KubernetesError
 */
export async function readLackingRights(
  context: string,
  wanted: readonly Right[],
): Promise<Right[]> {
  const { AuthorizationV1Api } = await kubernetesLibrary();
  const api = (await kubeConfigOf(context)).makeApiClient(AuthorizationV1Api);
  const limit = pLimit(16);
  const answers = await Promise.all(
    wanted.map(({ group, resource: name, verb, namespace }) =>
      limit(async () => {
        const [resource = "", subresource] = name.split("/");
        const attributes = {
          group,
          resource,
          verb,
          ...(subresource === undefined ? {} : { subresource }),
          ...(namespace === undefined ? {} : { namespace }),
        };
        try {
          const body = { spec: { resourceAttributes: attributes } };
          return (await api.createSelfSubjectAccessReview({ body })).status?.allowed ?? false;
        } catch (error) {
          throw refused("a SelfSubjectAccessReview", error, "made");
        }
      }),
    ),
  );
  return wanted.filter((_, at) => answers[at] === false);
}
