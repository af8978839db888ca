import { runInForeground } from "./foreground"
import { runMain } from "./main"
import { startPostgres } from "./postgres"
import { stopOnSignal } from "./shutdown"

/**
 * Runs a command beside a Postgres of its own, and ends with the command's exit code:
 * `node --import tsx support/with-postgres.ts jest --runInBand`. Medusa's test runner finds it by `DB_*`.
 */
runMain(async () => {
  const postgres = await startPostgres()
  stopOnSignal(() => postgres.stop())
  const code = await runInForeground(process.argv.slice(2), {
    DB_HOST: "localhost", // Medusa's test runner asks for TLS from any other host.
    DB_PORT: String(postgres.port),
    DB_USERNAME: "postgres",
    DB_PASSWORD: postgres.password,
    DATABASE_URL: postgres.urlOf("postgres"),
  })
  await postgres.stop()
  process.exit(code)
})
