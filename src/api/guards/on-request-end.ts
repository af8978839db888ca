import type { Socket } from "node:net"
import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

/** What runs when a connection closes. A connection may carry many pipelined requests. */
const callbacksOf = new WeakMap<Socket, Set<() => void>>()

/**
 * Runs a callback once, when a request has been answered or its client has disconnected. When a client
 * disconnects, Node notifies only the response that was next in the pipeline, so the connection is
 * watched as well.
 */
export function onRequestEnd(req: MedusaRequest, res: MedusaResponse, callback: () => void): void {
  if (res.closed || req.socket.destroyed) {
    return callback()
  }
  const callbacks = callbacksOf.get(req.socket) ?? watch(req.socket)
  const end = () => {
    if (callbacks.delete(end)) {
      callback()
    }
  }
  callbacks.add(end)
  res.once("close", end)
}

function watch(socket: Socket): Set<() => void> {
  const callbacks = new Set<() => void>()
  callbacksOf.set(socket, callbacks)
  socket.once("close", () => callbacks.forEach((end) => end()))
  return callbacks
}
