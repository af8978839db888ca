import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"

/** A request as a service of somebody else's got it. */
export type ReceivedRequest = { url: string; headers: IncomingHttpHeaders; body: unknown }

/** A service on this machine that takes JSON, as the API of a mail service does. */
export class WebService {
  readonly requests: ReceivedRequest[] = []
  /** The next answers. After them, each request gets the usual one. */
  readonly answers: { status: number; body?: object }[] = []

  private constructor(
    private readonly usual: { status: number; body?: object },
    private readonly server = createServer(),
  ) {
    server.on("request", ((request, response) => {
      const take = async () => {
        const { url = "", headers } = request
        this.requests.push({ url, headers, body: await json(request) })
        const { status, body } = this.answers.shift() ?? this.usual
        response.writeHead(status, { "content-type": "application/json" })
        response.end(body && JSON.stringify(body))
      }
      take().catch((error: Error) => response.writeHead(500).end(error.message))
    }) satisfies RequestListener)
  }

  /** Starts one on a port of its own. */
  static async start(usual: { status: number; body?: object }): Promise<WebService> {
    const service = new WebService(usual)
    await new Promise<void>((resolve) => service.server.listen(0, "127.0.0.1", resolve))
    return service
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }
}
