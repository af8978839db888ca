import medusa from "@medusajs/eslint-plugin"
import tsParser from "@typescript-eslint/parser"

export default [
  { ignores: ["**/node_modules/**", ".medusa/**", ".cache/**"] },
  ...(medusa.default ?? medusa).configs.recommended,
  // Medusa's configuration leaves tests out.
  { ignores: ["!**/integration-tests/**", "!**/__tests__/**", "!**/*.spec.*"] },
  // Stores in plain CommonJS: nothing is built for them.
  { ignores: ["bench/stores/**", "integration-tests/host/store/**"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tsParser },
  },
  {
    // Ids of workflows are global in a process: ours begin with `password-reset-`, whatever the file's name.
    rules: { "@medusajs/workflow-id-matches-export-or-filename": "off" },
  },
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    // These talk to whoever runs them.
    files: [
      "demo/**",
      "support/**",
      "bench/**",
      "integration-tests/{browser,cluster,host,processes,versions}/**",
    ],
    rules: { "no-console": "off" },
  },
  {
    // No HTTP answer is made of their errors.
    files: ["demo/**", "support/**", "bench/**", "integration-tests/**", "**/__tests__/**"],
    rules: { "@medusajs/use-medusa-error-not-generic-error": "off" },
  },
]
