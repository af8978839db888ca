import { type ChildProcess, fork, spawn, type SpawnOptions } from "node:child_process"
import { once } from "node:events"
import { cleanUpOnExit } from "./shutdown"

/** Each child is in a process group of its own, where the system has those. */
const HAS_GROUPS = process.platform !== "win32"

/** How long a child may take to end before it is killed. */
const END_TIMEOUT_MS = 15_000

/**
 * Starts a process that does not outlive this one. Ctrl+C in the terminal does not reach it: whoever
 * started it stops it, in order, and nobody waits for a process that the same Ctrl+C has ended.
 *
 * @param options as Node's; `exitSignal` ends the process when this one ends (SIGKILL by default)
 */
export function startChild(
  command: string,
  args: string[],
  { exitSignal = "SIGKILL", ...options }: SpawnOptions & { exitSignal?: NodeJS.Signals } = {},
): ChildProcess {
  return watch(spawn(command, args, { ...options, detached: HAS_GROUPS }), exitSignal)
}

/** Starts a TypeScript module in a process as `startChild` does, with a channel for messages. */
export function forkChild(module: string): ChildProcess {
  return watch(fork(module, { detached: HAS_GROUPS }), "SIGKILL")
}

function watch(child: ChildProcess, exitSignal: NodeJS.Signals): ChildProcess {
  const forget = cleanUpOnExit(() => signalGroup(child, exitSignal))
  child.once("error", forget)
  child.once("exit", () => {
    forget()
    signalGroup(child, "SIGKILL") // Its own children, such as Vite's esbuild.
  })
  return child
}

/** Whether a process has ended, or never began. */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

/** Ends a child, if need be by force. Resolves when it is gone. */
export async function endChild(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
  if (hasEnded(child)) {
    return
  }
  const gone = once(child, "exit")
  child.kill(signal)
  const force = setTimeout(() => child.kill("SIGKILL"), END_TIMEOUT_MS)
  await gone
  clearTimeout(force)
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with all that it wrote, when it fails
 */
export async function runCommand(
  command: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<string> {
  const child = startChild(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  let stdout = ""
  let stderr = ""
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk))
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk))
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]
  if (code !== 0) {
    throw new Error(
      `\`${command} ${args.join(" ")}\` ended with ${code ?? signal}:\n${stdout}${stderr}`,
    )
  }
  return stdout
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return
  }
  try {
    process.kill(HAS_GROUPS ? -pid : pid, signal)
  } catch {
    // Nothing of it is left.
  }
}
