import { once } from "node:events"
import { join } from "node:path"
import { forkChild } from "../support/children"
import type { LoadJob, LoadResult } from "./load"
import type { SinkRequest, TimedMail } from "./sink"

const MAILS_TIMEOUT_MS = 120_000

/** The mail server of `sink.ts`. */
export type Sink = Awaited<ReturnType<typeof startSink>>

export async function startSink() {
  const child = forkChild(join(__dirname, "sink.ts"))
  const [{ url }] = (await once(child, "message")) as [{ url: string }]
  const ask = async <Answer>(request: SinkRequest): Promise<Answer> => {
    const answer = once(child, "message") as Promise<[Answer]>
    child.send(request)
    return (await answer)[0]
  }
  return {
    url,
    forget: async (): Promise<void> => {
      await ask({ kind: "forget" })
    },
    count: async (): Promise<number> => (await ask<{ count: number }>({ kind: "count" })).count,
    /** All mails so far, once there are so many, or when the time is over. */
    mails: async (count: number, timeoutMs = MAILS_TIMEOUT_MS): Promise<TimedMail[]> =>
      (await ask<{ mails: TimedMail[] }>({ kind: "mails", count, timeoutMs })).mails,
    stop: async (): Promise<void> => {
      if (child.connected) {
        child.disconnect()
      }
    },
  }
}

/** Puts a load on a server, from a process of its own. */
export async function load(job: LoadJob): Promise<LoadResult> {
  const child = forkChild(join(__dirname, "load.ts"))
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the load on ${job.path} ended with ${code}`)
  })
  ended.catch(() => undefined) // It ends later, when it has answered.
  child.send(job)
  const [result] = await Promise.race([once(child, "message") as Promise<[LoadResult]>, ended])
  return result
}
