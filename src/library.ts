export { Accounts, type AccountsArgs, type DeclaredAccount } from "./components/accounts";
export { ApiKeys, type ApiKeysArgs, type ApiKeyToDeploy } from "./components/apiKeys";
export { ClusterBinding, type ClusterBindingArgs } from "./components/clusterBinding";
export { FleetRegistry } from "./components/fleetRegistry";
export type { FleetRegistryArgs } from "./components/fleetRegistryArgs";
export { findRelease, type FoundRelease } from "./components/findRelease";
export type { Gateway } from "./facts/gateway";
export { PullSecrets, type PullSecretsArgs, type PullingNamespace } from "./components/pullSecrets";
export type { RegistryAccount } from "./components/registryAccount";
export { SeededImages, type ImageToDeploy, type SeededImagesArgs } from "./components/seededImages";
export { ZotRegistry } from "./components/zotRegistry";
export type { ZotRegistryArgs } from "./components/zotRegistryArgs";
export type { Endpoint } from "./cluster/endpoint";
export {
  Account,
  type AccountArgs,
  ApiKey,
  type ApiKeyArgs,
  IssuerProof,
  type IssuerProofArgs,
  KeyRevocation,
  type KeyRevocationArgs,
  KeyRevocationEnd,
  type KeyRevocationEndArgs,
  Proof,
  type ProofArgs,
  RegistryPlace,
  type RegistryPlaceArgs,
  Seed,
  type SeedArgs,
  Verification,
  type VerificationArgs,
} from "./resources/classes";
export type { Target } from "./keys/delivery/allTargetKinds";
export type { OidcSettings } from "./zot/oidc";
export type { ZotSettings as ZotOptions } from "./zot/zotConfig";
