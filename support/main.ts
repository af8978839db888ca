import { isEnding } from "./shutdown"

/** Runs the work of a script. An error is printed, and ends the process with 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    if (!isEnding()) {
      console.error(error instanceof Error ? error.message : error)
      process.exit(1)
    }
  })
}
