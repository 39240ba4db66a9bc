import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // The plain program is what this one is compared with, warts and all. The template is a project of its own.
  { ignores: ["node_modules/", "dist/", "benchmarks/plain/", "template/"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { "@pulumi": pulumi },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-require-imports": ["error", { allow: ["/stackFile$", "^croner$"] }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
    },
  },
  {
    // The scripts that pages carry as they are.
    files: ["tools/page/*.js"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }] },
  },
  {
    // What is deployed knows nothing of what runs on a person's machine.
    files: ["index.ts", "components/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["**/tools/**", "**/tests/**"] }],
    },
  },
);
