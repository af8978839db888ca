/** What a process leaves behind when a signal or an error ends it: nothing. */

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/** How long stopping in order may take after a signal. Whatever is left then is killed. */
const STOP_TIMEOUT_MS = 1_500

type EndingSignal = keyof typeof SIGNAL_NUMBERS
type Stop = (signal: EndingSignal) => Promise<unknown>
type Cleanup = () => void

const stops = new Set<Stop>()
const cleanups = new Set<Cleanup>()
let isListening = false
let isStopping = false

/**
 * Calls `stop` when a signal ends the process. What was registered last is stopped first.
 *
 * @returns a function that takes it back
 */
export function stopOnSignal(stop: Stop): () => void {
  listen()
  stops.add(stop)
  return () => stops.delete(stop)
}

/**
 * Calls `cleanUp`, which must not wait for anything, when the process ends in whatever way it can
 * notice. What was registered last is cleaned up first.
 *
 * @returns a function that takes it back
 */
export function cleanUpOnExit(cleanUp: Cleanup): () => void {
  listen()
  cleanups.add(cleanUp)
  return () => cleanups.delete(cleanUp)
}

/** Whether a signal is ending the process. What fails now fails for that reason. */
export function isEnding(): boolean {
  return isStopping
}

function listen(): void {
  if (isListening) {
    return
  }
  isListening = true
  process.once("exit", () => {
    for (const cleanUp of [...cleanups].reverse()) {
      cleanUp()
    }
  })
  for (const signal of Object.keys(SIGNAL_NUMBERS) as EndingSignal[]) {
    process.on(signal, () => void endBy(signal))
  }
}

/** A second signal changes nothing: npm passes on what the terminal has sent to everybody already. */
async function endBy(signal: EndingSignal): Promise<void> {
  if (isStopping) {
    return
  }
  isStopping = true
  const end = () => process.exit(128 + SIGNAL_NUMBERS[signal])
  setTimeout(end, STOP_TIMEOUT_MS)
  for (const stop of [...stops].reverse()) {
    await stop(signal).catch((error: unknown) => console.error(error))
  }
  end()
}
