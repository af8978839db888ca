import autocannon from "autocannon"
import { percentile } from "./figures.mjs"

/**
 * One load, in a process of its own (`fork`), so that it takes no time from the server's event loop.
 * It gets a job by message, and answers with figures; times are milliseconds, instants are of the
 * machine's clock.
 *
 * @typedef {object} Job
 * @property {string} url
 * @property {string} path
 * @property {"GET" | "POST"} method
 * @property {Record<string, string>} [headers]
 * @property {object[]} [bodies] one a request, in their order
 * @property {object} [body] of every request
 * @property {number} connections
 * @property {number} [amount] of requests
 * @property {number} [seconds] instead of an amount
 */
const now = () => performance.timeOrigin + performance.now()

process.once("message", async (/** @type {Job} */ job) => {
  const { url, path, method, headers, bodies, body, connections, amount, seconds } = job
  const sent = []
  let next = 0
  const request = {
    method,
    path,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
    setupRequest(one) {
      const index = next++
      sent.push(now())
      return {
        ...one,
        ...(bodies && { body: JSON.stringify(bodies[index % bodies.length]) }),
      }
    },
  }
  const times = []
  let last
  const from = now()
  const run = autocannon({
    url,
    connections,
    ...(amount ? { amount } : { duration: seconds }),
    requests: [request],
    timeout: 60,
  })
  run.on("response", (_client, _status, _bytes, milliseconds) => {
    times.push(milliseconds)
    last = now()
  })
  const { statusCodeStats, errors, requests } = await run
  process.send({
    from,
    to: last,
    sent,
    errors,
    statuses: Object.fromEntries(
      Object.entries(statusCodeStats).map(([code, { count }]) => [code, count]),
    ),
    perSecond: requests.average,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
  })
  process.disconnect()
})
