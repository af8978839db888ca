/**
 * Decodes the payload of a JWT (RFC 7519), without verifying anything.
 *
 * @returns undefined for what is no JWT
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
