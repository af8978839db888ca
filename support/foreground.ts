import { spawn } from "node:child_process"
import { once } from "node:events"
import { hasEnded } from "./children"
import { cleanUpOnExit, stopOnSignal } from "./shutdown"

/**
 * Runs a command in the terminal of this process, which may also read from it (`jest --watch`). Signals
 * are passed on.
 *
 * @returns the command's exit code
 */
export async function runInForeground(
  [command, ...args]: string[],
  env: Record<string, string>,
): Promise<number> {
  if (!command) {
    throw new Error("Which command should run? Name it after the script")
  }
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } })
  const exit = once(child, "exit") as Promise<[number | null]>
  stopOnSignal(async (signal) => {
    if (!hasEnded(child)) {
      child.kill(signal)
      await exit
    }
  })
  cleanUpOnExit(() => child.kill("SIGKILL"))
  const [code] = await exit
  return code ?? 1
}
