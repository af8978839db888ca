import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { BreachedPasswords } from "../breached-passwords"

const PASSWORD = "correct horse battery staple"
const HASH = createHash("sha1").update(PASSWORD).digest("hex").toUpperCase()

describe("the service for breached passwords", () => {
  let server: Server
  let answer: (req: IncomingMessage, res: ServerResponse) => void
  const requests: IncomingMessage[] = []
  const warnings: string[] = []

  const ask = () => {
    const { port } = server.address() as AddressInfo
    const logger = { warn: (line: string) => void warnings.push(line) }
    return new BreachedPasswords(`http://127.0.0.1:${port}/`, logger).includes(PASSWORD)
  }

  beforeAll(async () => {
    server = createServer((req, res) => {
      requests.push(req)
      answer(req, res)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  })

  beforeEach(() => {
    requests.length = 0
    warnings.length = 0
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it("gets five characters of the hash, and is asked to pad its answer", async () => {
    answer = (_, res) => res.end(`0000:1\r\n${HASH.slice(5)}:42\r\n`)

    expect(await ask()).toBe(true)
    expect(requests).toHaveLength(1)
    expect(requests[0]!.url).toBe(`/range/${HASH.slice(0, 5)}`)
    expect(requests[0]!.headers["add-padding"]).toBe("true")
    expect(warnings).toEqual([])
  })

  it("knows nothing of others' hashes, nor of padding", async () => {
    answer = (_, res) => res.end(`${HASH.slice(5)}:0\r\n${"A".repeat(35)}:7`)

    expect(await ask()).toBe(false)
  })

  it.each([
    ["fails", (_: IncomingMessage, res: ServerResponse) => void res.writeHead(503).end()],
    ["hangs", () => undefined],
    ["hangs up", (_: IncomingMessage, res: ServerResponse) => void res.destroy()],
  ])("lets the password pass, with a warning, when it %s", async (_, misbehave) => {
    answer = misbehave

    expect(await ask()).toBe(false)
    expect(warnings).toEqual([expect.stringContaining("the password passes unchecked")])
    expect(warnings[0]).not.toContain(PASSWORD)
  })
})
