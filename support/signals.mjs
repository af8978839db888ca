/** How long stopping may take, in milliseconds; what is left then is killed with the process. */
const PATIENCE = 30_000

/**
 * Stops everything in order when somebody ends the process from outside, and then ends it.
 *
 * @param {() => Promise<unknown>} stop
 */
export function stopOnSignal(stop) {
  let stopping
  for (const [signal, number] of [
    ["SIGHUP", 1],
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ]) {
    process.on(signal, () => {
      const end = () => process.exit(128 + number)
      stopping ??= stop().finally(end)
      setTimeout(end, PATIENCE)
    })
  }
}
