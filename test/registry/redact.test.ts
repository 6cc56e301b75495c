import assert from "node:assert/strict";
import { Secrets } from "../../src/registry/redact";
import { explain } from "../../src/seeding/runSkopeo";

const login = { username: "ada", password: 'can&ary "x' };
const pair = Buffer.from(`${login.username}:${login.password}`);

describe("what a registry or a tool says, without credentials", () => {
  const secrets = new Secrets();
  secrets.addLogin(login);

  const spelled: Record<string, string> = {
    plain: login.password,
    "in a sentence": `the password is ${login.password}, it says`,
    "percent-encoded": encodeURIComponent(login.password),
    "in a form": new URLSearchParams({ p: login.password }).toString().slice(2),
    JSON: JSON.stringify(login.password),
    "Go's JSON": JSON.stringify(login.password).replace("&", String.raw`\u0026`),
    "its pair": pair.toString("base64"),
    "its pair without padding": pair.toString("base64").replace(/=+$/, ""),
    "its pair for addresses": pair.toString("base64url"),
    "its own base64": Buffer.from(login.password).toString("base64"),
  };
  for (const [how, text] of Object.entries(spelled))
    it(`is hidden: ${how}`, () => {
      const cleaned = secrets.clean(`denied: ${text}`);
      assert.doesNotMatch(cleaned, /ary|YWRhO/);
      assert.ok(!cleaned.includes(text), cleaned);
      assert.match(cleaned, /^denied: .*\*\*\*/);
    });

  it("is hidden in a header, whose credentials they are and however short", () => {
    for (const text of [
      "Authorization: bearer X",
      "authorization=Basic YTpi",
      '{"Authorization":["Bearer X"]}'.replace("[", "").replace("]", ""),
      "it was sent Bearer X",
    ])
      assert.doesNotMatch(new Secrets().clean(text), /\bX\b|YTpi/, text);
    const words = 'no basic auth credentials; Bearer realm="https://auth.example"';
    assert.equal(new Secrets().clean(words), words);
  });

  it("is hidden in the last words of skopeo", () => {
    const fatal = (text: string) => `time="now" level=fatal msg="${text}"\n`;
    const text = explain(
      `warning\n${fatal(`writing: denied: Basic ${pair.toString("base64")} of ${JSON.stringify(login.password)}`)}`,
      [login],
    );
    assert.match(text, /^writing: denied: Basic \*\*\*/);
    assert.doesNotMatch(text, /ary|YWRhO/);
    assert.equal(explain(fatal("a manifest is invalid"), [undefined]), "a manifest is invalid");
  });
});
