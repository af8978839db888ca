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
      stopping ??= stop().finally(() => process.exit(128 + number))
    })
  }
}
