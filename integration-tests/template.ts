import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { createDatabase } from "@medusajs/test-utils"

/**
 * Makes the database that the stores of all tests are copied from, once per run. Migrating a database takes
 * some ten seconds, copying one 0.1 (`CREATE DATABASE … TEMPLATE`).
 *
 * jest calls it as `globalSetup` of the project `http`, before any spec file. It runs the command that a shop
 * runs, `medusa db:migrate`, on the sources as they are. It skips migration scripts, as
 * `medusaIntegrationTestRunner` does: `first-boot.spec` tests a store before they ran.
 *
 * `test:watch` calls it before every run. The template's name has a hash of the migrations, so it is made
 * again only when one of them has changed.
 */
export default async function makeTemplate(): Promise<void> {
  const { DATABASE_URL } = process.env
  if (!DATABASE_URL) {
    throw new Error("no DATABASE_URL: run the tests by `npm test` or `npm run test:watch`")
  }
  const template = `template-${hashOfMigrations()}`
  const url = new URL(DATABASE_URL)
  url.pathname = template
  if (made !== template) {
    await createDatabase({ databaseName: template, errorIfExist: true }, credentialsOf(url))
    await migrate(url.href)
    made = template
  }
  process.env.TEMPLATE_DATABASE = template // Jest's workers inherit it.
}

/** The name of the template that this process has made last. */
let made: string | undefined

const SOURCES = join(__dirname, "../src")

function hashOfMigrations(): string {
  const hash = createHash("sha256")
  for (const entry of readdirSync(SOURCES, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && /\/(migrations|links)\//.test(path)) {
      hash.update(path).update(readFileSync(path))
    }
  }
  return hash.digest("hex").slice(0, 12)
}

async function migrate(databaseUrl: string): Promise<void> {
  const command = ["medusa", "db:migrate", "--skip-scripts", "--execute-all-links"]
  const env = { ...process.env, DATABASE_URL: databaseUrl, MEDUSA_DISABLE_TELEMETRY: "true" }
  try {
    await promisify(execFile)("npx", command, { cwd: join(__dirname, ".."), env })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`the database for the tests could not be migrated:\n${stdout}\n${stderr}`)
  }
}

function credentialsOf({ hostname, port, username, password }: URL) {
  return { host: hostname, port: Number(port), user: username, password }
}
