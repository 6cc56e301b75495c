import assert from "node:assert/strict";
import fc from "fast-check";
import { comment } from "../../../src/reports/preview/comment";
import { describe as describePreview } from "../../../src/reports/preview/describe";
import { readPreview } from "../../../src/reports/preview/readPreview";
import { hostileText, proseOf } from "../../support/hostileText";

describe("preview-report, whatever it is given", () => {
  it("is written of anything that JSON can say, or says that it is no preview", () => {
    const types = [
      "kubernetes:helm.sh/v3:Release",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:PersistentVolumeClaim",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      ...["Seed", "Account", "ApiKey", "Rotation", "Verification", "ClusterGuard", "Proof"].map(
        (name) => `pulumi-nodejs:dynamic/zot-fleet:${name}`,
      ),
    ];
    const names = [
      "metadata",
      "spec",
      "values",
      "data",
      "name",
      "version",
      "tags",
      "repository",
      "platforms",
    ];
    const more = [
      "configFiles",
      "config.json",
      "resources",
      "requests",
      "storage",
      "hostnames",
      "image",
      "rotation",
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        hostileText,
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(fc.constantFrom(...names, ...more), tie("value"), { maxKeys: 4 }),
        fc.array(tie("value"), { maxLength: 3 }),
        tie("value").map((each) => JSON.stringify(each)),
      ),
    }));
    const inputs = fc.dictionary(fc.constantFrom(...names, ...more), value, { maxKeys: 5 });
    const state = fc
      .constantFrom(...types)
      .chain((type) => fc.record({ type: fc.constant(type), inputs }));
    const steps = fc.record(
      {
        op: fc.constantFrom("create", "update", "replace", "delete", "same", "import", "x"),
        urn: fc
          .tuple(fc.constantFrom(...types), hostileText)
          .map(([type, name]) => `urn:pulumi:s::zot-fleet::${type}::${name}`),
        oldState: state,
        newState: state,
        detailedDiff: fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
      },
      { requiredKeys: ["op", "urn"] },
    );
    const previews = fc.oneof(
      { weight: 4, arbitrary: fc.record({ steps: fc.array(steps, { maxLength: 4 }) }) },
      fc.record({
        steps: fc.jsonValue(),
        config: fc.dictionary(fc.constant("zot-fleet:cluster"), value),
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(previews, fc.option(fc.nat(200)), (preview, length) => {
        const whole = JSON.stringify(preview);
        let read;
        try {
          read = readPreview(length === null ? whole : whole.slice(0, length), "ottawa.json");
        } catch (error) {
          assert.match(
            (error as Error).message,
            /^ottawa\.json is not what "pulumi preview --json" writes/,
          );
          return;
        }
        const text = comment([describePreview(read)]);
        assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        assert.doesNotMatch(proseOf(text), /<(?:img|script|\/td|\/script)|@(?!\u200B)/);
        assert.ok(text.length < 200_000);
      }),
    );
  });
});
