import { z } from "@medusajs/framework/zod"
import { isSafeWebUrl } from "../../../domain/tokens/redirect-url"
import { EmailSchema, orSwitchedOff } from "./email-schema"
import { ThrottleSchema } from "./throttle-schema"
import { httpUrl, resetPage } from "./urls"

const tokenTtl = z.number().int().min(60).max(86_400)

/** The other systems whose reset API the plugin can offer. */
const DIALECTS = ["medusa-v1", "commerce-layer", "bagisto"] as const

/** The name of a dialect, as the option `dialects` lists it. */
export type Dialect = (typeof DIALECTS)[number]

/** Whether a URL says no more than where pages lie. Anything else would allow less, or more, than it seems to. */
function isPlace(url: string): boolean {
  return !/[*?#{}]/.test(url)
}

/**
 * Checks the options of a store and fills in the defaults. `PasswordResetPluginOptions` describes the same
 * options for editors; `__tests__/options.types.ts` fails where the two differ.
 */
export const OptionsSchema = z.strictObject({
  resetUrl: z.record(z.string().min(1), resetPage).default({}),
  allowedRedirectUrls: z
    .record(
      z.string().min(1),
      z.array(
        z
          .string()
          .refine(isSafeWebUrl, "must be an absolute https URL (http: localhost)")
          .refine(isPlace, "must be an origin and a path, without wildcard, query and fragment"),
      ),
    )
    .default({}),
  tokenTtl: tokenTtl.default(900),
  throttle: z.union([z.literal(false), ThrottleSchema]).prefault({}),
  endSessions: z.boolean().default(true),
  password: z
    .strictObject({
      minLength: z.number().int().min(8).max(64).default(8),
      maxLength: z.number().int().min(64).max(1024).default(128),
      minStrength: z.literal([0, 1, 2, 3, 4]).default(1),
      blocklist: z.union([z.boolean(), z.array(z.string().min(1))]).default(true),
      breached: z.union([z.boolean(), httpUrl]).default(false),
    })
    .prefault({}),
  email: z
    .union([z.literal(false), EmailSchema])
    .prefault({})
    .transform(orSwitchedOff),
  delivery: z
    .strictObject({
      giveUpAfter: z.number().int().min(60).max(604_800).default(86_400),
      retryAfter: z.number().int().min(1).max(15).default(10),
      unknownRetries: z.number().int().min(0).max(10).default(3),
      unknownRetryAfter: z.number().int().min(30).max(3600).default(120),
      retrySilent: z.boolean().default(false),
      silence: z.enum(["sent", "unknown"]).optional(),
    })
    .prefault({}),
  dialects: z.array(z.enum(DIALECTS)).default([]),
  medusaV1: z.strictObject({ tokenTtl: tokenTtl.optional() }).prefault({}),
  commerceLayer: z
    .strictObject({ tokenTtl: tokenTtl.optional(), deliver: z.boolean().default(false) })
    .prefault({}),
  bagisto: z
    .strictObject({
      tokenTtl: tokenTtl.default(86_400),
      discloseUnknownEmail: z.boolean().default(false),
    })
    .prefault({}),
  admin: z
    .strictObject({
      returnToken: z.boolean().default(false),
      hideUserToken: z.boolean().default(false),
    })
    .prefault({}),
  retention: z.number().int().min(86_400).max(315_360_000).default(7_776_000),
})

/** The options with all defaults filled in. */
export type PasswordResetOptions = z.output<typeof OptionsSchema>
