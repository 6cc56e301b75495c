import assert from "node:assert/strict";
import {
  chartReference,
  defaultChartVersion,
  oldestChartVersion,
  validateChartVersion,
} from "../../src/zot/chartVersions";

const noVersion = "a version of the chart, such as 0.1.122";
const wrongVersion = "a 0.x version of the chart, 0.1.98 or newer";

describe("the chart", () => {
  for (const [version, problem] of [
    [oldestChartVersion, undefined],
    [defaultChartVersion, undefined],
    ["0.2.0", undefined],
    ["0.10.0", undefined],
    ["0.1.97", wrongVersion],
    ["0.0.999", wrongVersion],
    ["1.0.0", wrongVersion],
    ["10.1.0", wrongVersion],
    ["v0.1.122", noVersion],
    ["0.1.122-rc.1", noVersion],
    ["0.1", noVersion],
    ["a.1.122", noVersion],
    ["0.a.122", noVersion],
    ["0.1.a", noVersion],
  ] as const)
    it(`${version} is ${problem === undefined ? "taken" : `no ${problem}`}`, () => {
      assert.equal(validateChartVersion(version), problem);
    });

  it("comes from the project's own Helm repository where nothing is said", () => {
    const repositoryOpts = { repo: "https://zotregistry.dev/helm-charts" };
    const expected = { chart: "zot", version: "0.1.122", repositoryOpts };
    assert.deepEqual(chartReference(), expected);
    assert.deepEqual(chartReference({}), expected);
  });

  for (const [source, expected] of [
    ["oci://oci.x.test/charts/zot", { chart: "oci://oci.x.test/charts/zot", version: "0.1.98" }],
    [
      "https://charts.x.test",
      { chart: "zot", version: "0.1.98", repositoryOpts: { repo: "https://charts.x.test" } },
    ],
    [
      "http://charts.x.test",
      { chart: "zot", version: "0.1.98", repositoryOpts: { repo: "http://charts.x.test" } },
    ],
    ["./charts/zot", { chart: "./charts/zot" }],
    ["/charts/https://zot", { chart: "/charts/https://zot" }],
    ["./oci://", { chart: "./oci://" }],
  ] as const)
    it(`of ${source} is found there`, () => {
      assert.deepEqual(chartReference({ version: "0.1.98", source }), expected);
    });
});
