import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** The floors of `src`, the lowest first: a folder imports from those before it, never from one behind (docs/architecture.md, "The floors of src"). */
const floors = [
  "system",
  "render",
  "images",
  "zot",
  "registry",
  "cluster",
  "seeding",
  "keys",
  "config",
  "facts",
  "checks",
  "doctor",
  "reports",
  "resources",
  "components",
  "local",
  "cli",
  "docs",
];

/** What a folder may not import besides: pure ones import nothing of ours, and a few may know Pulumi, undici or the Kubernetes client. */
const alone = ["system", "images", "zot", "render"];
const knows = {
  "@pulumi/*": ["components", "resources", "local"],
  undici: ["registry", "keys", "local"],
  "@kubernetes/client-node": ["cluster", "facts"],
};

/** These look at a cluster by the readers of `facts` alone: not even the shape of a Kubernetes object is theirs. */
const overFacts = ["checks", "doctor", "reports"];

const layers = floors.map((folder, height) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          ...floors
            .filter((other, at) => at > height || (alone.includes(folder) && other !== folder))
            .map((other) => ({
              group: [`**/${other}/**`],
              message: `src/${folder} stands below src/${other}.`,
            })),
          ...Object.entries(knows)
            .filter(([, folders]) => !folders.includes(folder))
            .map(([name]) => ({
              group: [name],
              // The shape of a Kubernetes object is no knowledge of a cluster.
              allowTypeImports: name === "@kubernetes/client-node" && !overFacts.includes(folder),
              message: `src/${folder} knows nothing of it.`,
            })),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["node_modules", "dist", "coverage", ".local", ".stryker-tmp*"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "@pulumi": pulumi },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "no-console": "error",
      // The Kubernetes client declares its data as classes, and takes and gives plain objects.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // What previews never use is loaded late, and the loader of providers.cjs does not know of import().
    files: ["src/resources/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/render/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: String.raw`TemplateElement[value.raw=/\\u001B|\\x1b|^\| /i], Literal[raw=/u001B\[|\| ---/i]`,
          message: "src/render alone writes escape sequences and tables.",
        },
      ],
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  ...layers,
);
