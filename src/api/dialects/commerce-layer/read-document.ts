import type { MedusaRequest } from "@medusajs/framework/http"
import type { Guard } from "../../guards/guard"
import { refusal } from "./errors"
import { MEDIA_TYPE } from "./media-type"

/** The largest body, as in Medusa's own parser. */
const MAX_BODY_BYTES = 102_400
/** How much is read of a body that is too large, before the connection is cut. */
const MAX_DRAINED_BYTES = 10 * MAX_BODY_BYTES

/** Reads and parses the body: Medusa's own parsers read `application/json` only. */
export const readDocument: Guard = async (req, _, next) => {
  const [type = ""] = (req.get("content-type") ?? "").split(";")
  if (type.trim().toLowerCase() !== MEDIA_TYPE) {
    throw refusal(
      "UNSUPPORTED_MEDIA_TYPE",
      `All requests that create or update must use the '${MEDIA_TYPE}' Content-Type.`,
    )
  }
  const body = await bodyOf(req)
  if (!body) {
    return // The client has disconnected.
  }
  try {
    req.body = JSON.parse(body.toString("utf8"))
  } catch {
    // Does not repeat the parser's message, which may quote a password.
    throw refusal("BAD_REQUEST", "The body is not valid JSON.")
  }
  next()
}

/**
 * The body.
 *
 * @returns undefined where the client has disconnected
 * @throws Refusal 413 as soon as it is too large. The rest is read, so that the client gets to read the
 * response, but not kept
 */
function bodyOf(req: MedusaRequest): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    if (req.readableEnded || req.destroyed) {
      return resolve(req.readableEnded ? Buffer.alloc(0) : undefined)
    }
    let size = 0
    const chunks: Buffer[] = []
    req.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk)
        return
      }
      reject(
        refusal("PAYLOAD_TOO_LARGE", `The body must not be larger than ${MAX_BODY_BYTES} bytes.`),
      )
      if (size > MAX_DRAINED_BYTES) {
        req.destroy()
      }
    })
    req.once("end", () => resolve(Buffer.concat(chunks)))
    req.once("close", () => resolve(undefined))
  })
}
