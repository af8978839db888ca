import medusa from "@medusajs/eslint-plugin"
import tsParser from "@typescript-eslint/parser"

export default [
  { ignores: ["**/node_modules/**", ".medusa/**", ".cache/**"] },
  { ignores: ["bench/stores/**"] }, // Stores in plain CommonJS: nothing is built for them.
  ...(medusa.default ?? medusa).configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tsParser },
  },
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      // Ids are prefixed: they are global in a store, which may have a `change-password` of its own.
      "@medusajs/workflow-id-matches-export-or-filename": "off",
    },
  },
  {
    // These talk to whoever runs them.
    files: ["demo/**", "support/**", "integration-tests/{host,browser}/**", "bench/**"],
    rules: { "no-console": "off" },
  },
]
