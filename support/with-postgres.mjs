import { spawn } from "node:child_process"
import { startPostgres } from "./postgres.mjs"

/**
 * Runs a command beside a Postgres of its own, and ends with the command's exit code:
 * `node support/with-postgres.mjs jest --runInBand`. Medusa's test runner finds it by `DB_*`.
 */
const [command, ...args] = process.argv.slice(2)
const postgres = await startPostgres()
const child = spawn(command, args, {
  stdio: "inherit",
  env: {
    ...process.env,
    DB_HOST: "localhost", // Medusa's test runner asks for TLS from any other host.
    DB_PORT: String(postgres.port),
    DB_USERNAME: "postgres",
    DB_PASSWORD: postgres.password,
    DATABASE_URL: postgres.urlOf("postgres"),
  },
})
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => child.kill(signal))
}
const code = await new Promise((resolve) => {
  child.once("error", (error) => {
    console.error(error.message)
    resolve(1)
  })
  child.once("exit", (code, signal) => resolve(signal ? 1 : code))
})
await postgres.stop()
process.exit(code)
