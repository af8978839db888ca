import { once } from "node:events"
import { join } from "node:path"
import { forkChild } from "../support/children"
import type { LoadJob, LoadResult } from "./load"
import type { SinkRequest, TimedMail } from "./sink"

const MAILS_TIMEOUT_MS = 120_000

/** The mail server of `sink.ts`. */
export type Sink = {
  url: string
  forget: () => Promise<void>
  /** How many mails came since. */
  count: () => Promise<number>
  /** All mails so far, once there are `count`, or when the time is over. */
  mails: (count: number, timeoutMs?: number) => Promise<TimedMail[]>
  stop: () => Promise<void>
}

export async function startSink(): Promise<Sink> {
  const child = forkChild(join(__dirname, "sink.ts"))
  const [{ url }] = (await once(child, "message")) as [{ url: string }]
  const ask = async <Answer>(request: SinkRequest): Promise<Answer> => {
    const answer = once(child, "message") as Promise<[Answer]>
    child.send(request)
    return (await answer)[0]
  }
  return {
    url,
    forget: async () => {
      await ask({ kind: "forget" })
    },
    count: async () => (await ask<{ count: number }>({ kind: "count" })).count,
    mails: async (count, timeoutMs = MAILS_TIMEOUT_MS) =>
      (await ask<{ mails: TimedMail[] }>({ kind: "mails", count, timeoutMs })).mails,
    stop: async () => {
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
