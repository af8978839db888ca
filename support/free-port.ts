import { once } from "node:events"
import { createServer } from "node:net"

/**
 * Below what systems hand out to whoever asks for any port (32768 and up on Linux, 49152 on others): between here
 * and the start of a shop, nobody takes such a port by accident.
 */
const FIRST_PORT = 10_000
const LAST_PORT = 32_000

/** Finds a port that nobody listens on now, and that no other suite is likely to find. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT))
    if (await isFree(port)) {
      return port
    }
  }
}

/** Whether Medusa could listen: on all addresses. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port)
    await once(server, "listening")
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
