import autocannon from "autocannon"
import { percentile } from "./figures"

/** A load on a server: so many requests, or for so many seconds. */
export type LoadJob = {
  url: string
  path: string
  method: "GET" | "POST"
  headers?: Record<string, string>
  /** One a request, in their order. */
  bodies?: object[]
  /** Of every request. */
  body?: object
  connections: number
  amount?: number
  seconds?: number
}

/** Times are milliseconds, instants are of the machine's clock. */
export type LoadResult = {
  from: number
  to: number
  errors: number
  statuses: Record<string, number>
  perSecond: number
  p50: number
  p95: number
}

const ANSWER_TIMEOUT_SECONDS = 60

/**
 * One load, in a process of its own (`forkChild`), so that it takes no time from the server's event loop.
 * It gets a job by message, and answers with figures.
 */
process.once("message", (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result, () => process.disconnect()),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function run(job: LoadJob): Promise<LoadResult> {
  const { url, path, method, headers, bodies, body, connections, amount, seconds } = job
  let next = 0
  const request: autocannon.Request = {
    method,
    path,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
    setupRequest: (one) => ({
      ...one,
      ...(bodies && { body: JSON.stringify(bodies[next++ % bodies.length]) }),
    }),
  }
  const times: number[] = []
  const from = now()
  let to = from
  const options = {
    url,
    connections,
    ...(amount ? { amount } : { duration: seconds }),
    requests: [request],
    timeout: ANSWER_TIMEOUT_SECONDS,
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const load = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    load.on("response", (_client, _status, _bytes, milliseconds) => {
      times.push(milliseconds)
      to = now()
    })
  })
  const { statusCodeStats = {}, errors, requests } = result
  return {
    from,
    to,
    errors,
    statuses: Object.fromEntries(
      Object.entries(statusCodeStats).map(([code, { count = 0 }]) => [code, count]),
    ),
    perSecond: requests.average,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
  }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
