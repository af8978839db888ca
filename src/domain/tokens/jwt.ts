/**
 * Decodes the payload of a JWT (RFC 7519). It verifies neither signature nor expiry.
 *
 * @returns undefined if it is not a JWT
 */
export function decodePayload(token: string | undefined): Record<string, unknown> | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(token?.split(".")[1] ?? "", "base64").toString("utf8"),
    )
    return typeof payload === "object" && payload ? { ...payload } : undefined
  } catch {
    return undefined
  }
}
