import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))

/** The mail server of `sink.mjs`. */
export async function startSink() {
  const child = fork(pathOf("sink.mjs"))
  const [{ port }] = await once(child, "message")
  const ask = async (message) => {
    const answer = once(child, "message")
    child.send(message)
    const [{ mails }] = await answer
    return mails
  }
  return {
    url: `smtp://127.0.0.1:${port}`,
    forget: () => ask({ forget: true }),
    count: () => ask({ tally: true }),
    /** All mails so far, once there are so many, or after `patience` milliseconds. */
    mails: (count, patience = 120_000) => ask({ count, patience }),
    stop: async () => void (child.connected && child.disconnect()),
  }
}

/**
 * Puts a load on a server, from a process of its own.
 *
 * @param {import("./load.mjs").Job} job
 */
export async function load(job) {
  const child = fork(pathOf("load.mjs"))
  child.send(job)
  const result = await Promise.race([
    once(child, "message").then(([answer]) => answer),
    once(child, "exit").then(([code]) => {
      throw new Error(`the load on ${job.path} ended with ${code}`)
    }),
  ])
  return result
}
