import { setTimeout as sleep } from "node:timers/promises"

type Job = {
  url: string
  method: "GET" | "POST"
  headers?: Record<string, string>
  bodies?: object[]
  /** Requests a second. */
  rate: number
  seconds: number
}

/** Of each request, in milliseconds: when it was sent, by the machine's clock, and how long it took. */
export type PaceResult = { sent: number[]; times: number[]; statuses: number[] }

/**
 * Sends requests at an even pace, whether or not the ones before are answered, as many people do. A
 * load generator that counts by seconds sends them in bursts.
 */
export async function pace(job: Job): Promise<PaceResult> {
  const { url, method, headers, bodies, rate, seconds } = job
  const sent: number[] = []
  const ask = async (body?: object) => {
    const began = performance.now()
    sent.push(performance.timeOrigin + began)
    const answer = await fetch(url, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    })
    await answer.arrayBuffer()
    return { time: performance.now() - began, status: answer.status }
  }
  const began = performance.now()
  const answers: ReturnType<typeof ask>[] = []
  for (let index = 0; index < rate * seconds; index++) {
    await sleep(Math.max(0, began + (index * 1_000) / rate - performance.now()))
    answers.push(ask(bodies?.[index]))
  }
  const all = await Promise.all(answers)
  return {
    sent,
    times: all.map(({ time }) => time),
    statuses: all.map(({ status }) => status),
  }
}
