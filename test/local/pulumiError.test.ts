import assert from "node:assert/strict";
import { pulumiError } from "../../src/local/pulumiError";

const ended = (stdout: string, stderr: string) =>
  new Error(`code: 255\n stdout: ${stdout}\n stderr: ${stderr}\n err?: \n`);

describe("why Pulumi's command failed", () => {
  it("is its last error, or the last that it wrote, or that there is no reason", () => {
    const both = "warning: old\nerror: first\nerror: incorrect passphrase\nsee the log\n";
    assert.equal(pulumiError(ended("", both)), "incorrect passphrase");
    assert.equal(pulumiError(ended("", "Segmentation fault\n")), "Segmentation fault");
    assert.equal(pulumiError(ended("error: of the program\n", "")), "it ended without a reason");
    assert.equal(pulumiError(new Error("Major version mismatch.")), "Major version mismatch.");
  });
});
