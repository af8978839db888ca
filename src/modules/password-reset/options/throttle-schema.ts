import { z } from "@medusajs/framework/zod"
import { isAddressRange } from "../../../domain/throttle/client-ip"

const limit = z.number().int().min(1).max(1_000_000)
/** Seconds. */
const window = z.number().int().min(1).max(86_400)
/** Seconds between two attempts past a limit. */
const interval = z.number().int().min(1).max(3600)

/** Allows `limit` attempts per `window` (seconds, 900 by default). */
const limitOf = (attempts: number) =>
  z.strictObject({ limit: limit.default(attempts), window: window.default(900) }).prefault({})

const addressRange = z
  .string()
  .refine(isAddressRange, "must be an IP address or a range in CIDR notation")

/** What a storefront's server proves itself with. A guess must be hopeless. */
const storefrontSecret = z.strictObject({ secret: z.string().min(32).max(256) })

/** The options under `throttle`, with their ranges and defaults. */
export const ThrottleSchema = z.strictObject({
  spacing: z.number().int().min(0).max(3600).default(60),
  perIdentifier: limitOf(3),
  perIp: limitOf(100),
  update: limitOf(100),
  check: limitOf(100),
  register: limitOf(100),
  login: z
    .strictObject({
      perIdentifierAndIp: limitOf(10),
      perIp: z
        .strictObject({
          limit: limit.default(100),
          window: window.default(900),
          interval: interval.default(3),
        })
        .prefault({}),
      perIdentifier: z
        .strictObject({
          limit: z.number().int().min(1).max(100).default(100),
          interval: interval.default(10),
        })
        .prefault({}),
    })
    .prefault({}),
  mailsPerMinute: z.number().int().min(1).max(1_000_000).optional(),
  instances: z.number().int().min(1).max(10_000).default(1),
  redisUrl: z
    .string()
    .refine((url) => /^rediss?:\/\//.test(url) && URL.canParse(url), "must be a redis(s):// URL")
    .optional(),
  trustedProxies: z.union([z.number().int().min(0).max(10), z.array(addressRange)]).optional(),
  trustedClients: z.array(z.union([addressRange, storefrontSecret])).optional(),
})
