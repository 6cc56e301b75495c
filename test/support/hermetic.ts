import { keepOnlyCommon } from "../../src/system/environment";
import "./random";

/**
 * Loaded before every test: what a Pulumi user's shell holds (a backend, a home, a passphrase, credentials) must decide about no test.
 * What tests are asked with stays: the cluster, its charts, sizes and switches of our own.
 */
keepOnlyCommon(/^(KUBECONFIG|ZOT_CHARTS|ZOT_FLEET_.*|CI|NO_COLOR|NODE_V8_COVERAGE|GO.*)$/);
