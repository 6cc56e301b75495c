import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** Imports point one way (README, "The layout"): what a folder may not reach is listed here. */
const mayNotImport = {
  render: [
    "oci",
    "zot",
    "cluster",
    "keys",
    "delivery",
    "checks",
    "doctor",
    "dynamic",
    "components",
    "config",
    "cli",
    "local",
  ],
  oci: ["zot", "keys", "delivery", "checks", "dynamic", "components", "config", "cli", "local"],
  zot: ["oci", "keys", "delivery", "checks", "dynamic", "components", "config", "cli", "local"],
  checks: ["dynamic", "components", "config", "cli", "local"],
  cluster: ["zot", "keys", "delivery", "checks", "dynamic", "components", "config", "cli", "local"],
  keys: ["zot", "cluster", "delivery", "checks", "dynamic", "components", "config", "cli", "local"],
  delivery: ["zot", "keys", "checks", "dynamic", "components", "config", "cli", "local"],
  doctor: ["preview", "dynamic", "components", "config", "cli", "local"],
  inspect: ["doctor", "preview", "dynamic", "components", "config", "cli", "local"],
  status: ["doctor", "inspect", "preview", "dynamic", "components", "config", "cli", "local"],
  preview: ["doctor", "inspect", "checks", "dynamic", "components", "config", "cli", "local"],
  dynamic: ["components", "config", "cli", "local"],
  components: ["cli", "local"],
  config: ["checks", "dynamic", "components", "cli", "local"],
};

const layers = Object.entries(mayNotImport).map(([folder, others]) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: others.map((other) => `**/${other}/*`),
            message: `src/${folder} stands below it.`,
          },
          ...(["oci", "zot", "keys", "delivery", "checks", "config"].includes(folder)
            ? [{ group: ["@pulumi/*"], message: `src/${folder} knows nothing of Pulumi.` }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["node_modules", "dist", "coverage", ".local"] },
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
    files: ["src/dynamic/*Provider.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  ...layers,
);
