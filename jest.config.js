const transform = {
  "^.+\\.[jt]s$": [
    "@swc/jest",
    {
      jsc: {
        parser: { syntax: "typescript", decorators: true },
        target: "es2022",
      },
      module: { type: "commonjs" },
    },
  ],
}

const shared = {
  transform,
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/.medusa/", "<rootDir>/.cache/"],
  injectGlobals: true,
}

/** `unit` needs nothing but Node; `http` needs the Postgres that `npm test` starts. */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/src/**/__tests__/**/*.spec.ts"],
    },
    {
      ...shared,
      displayName: "http",
      testMatch: ["<rootDir>/integration-tests/http/**/*.spec.ts"],
      globalSetup: "<rootDir>/integration-tests/template.ts",
      setupFiles: ["<rootDir>/integration-tests/setup.ts"],
    },
  ],
  testTimeout: 60_000,
  // Each store leaves some 200 MB behind: with a limit, one worker after the other runs the files.
  //WIML workerIdleMemoryLimit: "1GB",
}
