import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { chown, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Client } from "@medusajs/framework/pg"
import { endChild, runCommand, startChild } from "./children"
import { freePort } from "./free-port"
import { dataFolderIn, removeLeftovers } from "./leftovers"
import { findBinaries, findOwner, type PostgresOwner } from "./postgres-binaries"
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder"

const START_ATTEMPTS = 3
const USER = "postgres"

/** A row, as `pg` gives it. */
export type Row = Record<string, unknown>

/** @property isDurable whether a commit waits for the disk, as in a real shop; it does not by default */
export type PostgresOptions = { isDurable?: boolean }

/**
 * Starts a real Postgres of its own, on a free port and in an empty folder. What an interrupted run left
 * behind is stopped and removed first.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  await removeLeftovers()
  const binaries = await findBinaries()
  const owner = await findOwner()
  for (let attempt = 1; ; attempt++) {
    const folder = await createTemporaryFolder("postgres")
    const postgres = new Postgres({ binaries, owner, folder, port: await freePort(), ...options })
    try {
      await postgres.initialise()
      await postgres.start()
      return postgres
    } catch (error) {
      await postgres.stop()
      // Somebody may have taken the port since we asked for a free one.
      if (attempt === START_ATTEMPTS) {
        throw error
      }
    }
  }
}

type Parts = PostgresOptions & {
  binaries: string
  owner: PostgresOwner
  folder: TemporaryFolder
  port: number
}

/** A Postgres server; `startPostgres` makes one. */
export class Postgres {
  readonly password = randomBytes(12).toString("hex")
  private child: ChildProcess | undefined
  private log = ""

  constructor(private readonly parts: Parts) {}

  get port(): number {
    return this.parts.port
  }

  urlOf(database: string): string {
    return `postgres://${USER}:${this.password}@localhost:${this.port}/${database}`
  }

  async createDatabase(name: string): Promise<void> {
    await this.query("postgres", `CREATE DATABASE "${name.replaceAll('"', '""')}"`)
  }

  async query<Found extends Row = Row>(database: string, statement: string): Promise<Found[]> {
    const client = new Client({ connectionString: this.urlOf(database) })
    client.on("error", () => undefined) // A query that is under way fails by itself.
    await client.connect()
    try {
      return (await client.query<Found>(statement)).rows
    } finally {
      await client.end()
    }
  }

  /** Creates the files of the server. */
  async initialise(): Promise<void> {
    const { binaries, owner, folder } = this.parts
    const passwordFile = join(folder.path, "password")
    const data = this.dataFolder
    await writeFile(passwordFile, `${this.password}\n`, { mode: 0o600 })
    if (owner.uid !== undefined && owner.gid !== undefined) {
      await chown(folder.path, owner.uid, owner.gid)
      await chown(passwordFile, owner.uid, owner.gid)
    }
    const access = [`--username=${USER}`, "--auth=password", `--pwfile=${passwordFile}`]
    const args = [`--pgdata=${data}`, ...access, "--encoding=UTF8", "--locale=C", "--no-sync"]
    await runCommand(join(binaries, "initdb"), args, { ...owner, cwd: "/" })
    await rm(passwordFile)
  }

  /** Starts the server, and waits until it takes connections. */
  async start(): Promise<void> {
    const { binaries, owner, isDurable = false } = this.parts
    const settings = [
      ...(isDurable ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
      "max_connections=200",
      "unix_socket_directories=",
      "lc_messages=C", // `becomesReady` reads the log.
    ]
    const args = ["-D", this.dataFolder, "-p", String(this.port)]
    this.child = startChild(
      join(binaries, "postgres"),
      [...args, ...settings.flatMap((setting) => ["-c", setting])],
      // Ends at once, with all its connections; SIGKILL would leave its shared memory behind.
      { ...owner, cwd: "/", stdio: ["ignore", "ignore", "pipe"], exitSignal: "SIGQUIT" },
    )
    await this.becomesReady(this.child)
  }

  /** Breaks every connection off, and starts anew on the same data. */
  async restart(): Promise<void> {
    if (this.child) {
      await endChild(this.child, "SIGINT")
    }
    await this.start()
  }

  /** Stops the server, and forgets its data. */
  async stop(): Promise<void> {
    if (this.child) {
      await endChild(this.child, "SIGQUIT")
    }
    await this.parts.folder.remove()
  }

  private get dataFolder(): string {
    return dataFolderIn(this.parts.folder.path)
  }

  private async becomesReady(child: ChildProcess): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
        this.log += chunk
        if (chunk.includes("ready to accept connections")) {
          resolve()
        }
      })
    })
    const ended = once(child, "exit").then(() => {
      throw new Error(`Postgres did not start:\n${this.log}`)
    })
    ended.catch(() => undefined) // It ends later, when it is told to.
    await Promise.race([ready, ended])
  }
}
