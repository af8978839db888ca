/**
 * Sends requests at an even pace, whether or not the ones before are answered, as many people do; a
 * load generator that counts by seconds sends them in bursts.
 *
 * @param {{ url: string, method: "GET" | "POST", headers?: Record<string, string>,
 *   bodies?: object[], rate: number, seconds: number }} job
 * @returns {Promise<{ sent: number[], times: number[], statuses: number[] }>} of each request, in
 *   milliseconds: when it was sent, by the machine's clock, and how long its answer took
 */
export async function pace({ url, method, headers, bodies, rate, seconds }) {
  const sent = []
  const ask = async (body) => {
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
  const answers = []
  for (let index = 0; index < rate * seconds; index++) {
    await pause(began + (index * 1000) / rate - performance.now())
    answers.push(ask(bodies?.[index]))
  }
  const all = await Promise.all(answers)
  return {
    sent,
    times: all.map(({ time }) => time),
    statuses: all.map(({ status }) => status),
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)))
}
