import medusa from "@medusajs/eslint-plugin"
import tseslint from "typescript-eslint"
import walls from "./eslint.walls.mjs"

export default [
  { ignores: ["**/node_modules/**", ".medusa/**", ".cache/**"] },
  ...(medusa.default ?? medusa).configs.recommended,
  // Medusa's configuration leaves tests out.
  { ignores: ["!**/integration-tests/**", "!**/__tests__/**", "!**/*.spec.*"] },
  // Stores in plain CommonJS: nothing is built for them.
  { ignores: ["bench/stores/**", "integration-tests/host/store/**"] },
  {
    // What only types can tell; these projects hold all TypeScript that there is.
    files: ["**/*.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ["integration-tests/tsconfig.json", "tsconfig.tools.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  ...walls,
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
      "integration-tests/all.ts",
      "integration-tests/{browser,cluster,host,processes,stores,versions}/**",
    ],
    rules: { "no-console": "off" },
  },
  {
    // No HTTP answer is made of their errors.
    files: ["demo/**", "support/**", "bench/**", "integration-tests/**", "**/__tests__/**"],
    rules: { "@medusajs/use-medusa-error-not-generic-error": "off" },
  },
]
