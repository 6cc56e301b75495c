import { PluginKind, declareValuePlugin } from "@stryker-mutator/api/plugin";

/** The text of `.describe("…")` is what editors show of a key: another text is no other behaviour. The call itself is mutated. */
const shouldIgnore = (path) => {
  const { parent } = path;
  const isText = path.isStringLiteral() || path.isTemplateLiteral();
  return isText &&
    parent?.type === "CallExpression" &&
    parent.arguments.includes(path.node) &&
    parent.callee.type === "MemberExpression" &&
    parent.callee.property.name === "describe"
    ? "the text of a description"
    : undefined;
};

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "descriptions", { shouldIgnore }),
];
