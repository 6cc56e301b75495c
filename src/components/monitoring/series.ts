import { chartNames } from "../../zot/chartValues";

/** The registry as Prometheus' operator names it: by its Service's namespace and name. */
export const registrySeries = (namespace: string, ...more: string[]) =>
  braces(`namespace="${namespace}"`, `service="${chartNames.service}"`, ...more);

/** The registry's claim, as the kubelet names it. */
export const claimSeries = (namespace: string) =>
  braces(`namespace="${namespace}"`, `persistentvolumeclaim="${chartNames.claim}"`);

/** The containers of the registry's pods, as kube-state-metrics names them. */
export const containerSeries = (namespace: string) =>
  braces(
    `namespace="${namespace}"`,
    `pod=~"${chartNames.statefulSet}-.*"`,
    `container="${chartNames.container}"`,
  );

const braces = (...matchers: string[]) => `{${matchers.join(", ")}}`;
