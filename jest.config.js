const { availableParallelism } = require("node:os")

/** @type {import("jest").Config} */
const shared = {
  transform: {
    "^.+\\.[jt]s$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript", decorators: true }, target: "es2022" },
        module: { type: "commonjs" },
      },
    ],
  },
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/.medusa/", "<rootDir>/.cache/"],
}

/** Tests against a store. `npm test` starts its Postgres, see `integration-tests/store-runner.ts`. */
const withStore = {
  ...shared,
  globalSetup: "<rootDir>/integration-tests/template.ts",
  setupFiles: ["<rootDir>/integration-tests/setup.ts"],
}

/** Spec files that compare times, or need a database that answers within a second: they run when no other does. */
const ALONE = ["attack", "enumeration"]

/** @type {import("jest").Config} */
const alone = {
  ...withStore,
  displayName: "alone",
  testMatch: [`<rootDir>/integration-tests/http/(${ALONE.join("|")}).spec.ts`],
  runner: "<rootDir>/integration-tests/alone-runner.ts",
}

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/src/**/__tests__/**/*.spec.ts"],
    },
    {
      ...withStore,
      displayName: "http",
      testMatch: ["<rootDir>/integration-tests/http/**/*.spec.ts"],
      testPathIgnorePatterns: [`/(${ALONE.join("|")})\\.spec\\.ts$`],
    },
    // Counting what runs takes time, and not the same everywhere: `npm run test:all` compares times apart.
    ...(process.env.COVERAGE ? [] : [alone]),
  ],
  // Of a hang only: on a busy machine, a store has taken two minutes to start.
  testTimeout: 300_000,
  // Of the whole run, where a folder for it is named: see `support/coverage.ts`.
  collectCoverage: Boolean(process.env.COVERAGE),
  coverageDirectory: process.env.COVERAGE,
  coverageProvider: "v8",
  coverageReporters: ["json"],
  collectCoverageFrom: ["src/**/*.ts", "!**/__tests__/**", "!src/admin/**"],
  // Half of a store's time is waiting: for the database, mails, timers.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Each store leaves some 200 MB behind: past this limit a worker is replaced by a new one.
  workerIdleMemoryLimit: "1GB",
}
