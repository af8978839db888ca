import { badOptions } from "./describe-issue"
import { OptionsSchema, type PasswordResetOptions } from "./schema"
import { type AdminLocation, adminResetUrl, byActor } from "./urls"

/**
 * Validates the options from `medusa-config.ts` and fills in the defaults.
 *
 * @param raw the module's options. Medusa adds `database`, with the password in it, which is dropped
 * @param admin where Medusa's admin is served, for the default of `resetUrl.user`
 * @throws MedusaError `invalid_data`, one line that names each bad option and what it must be
 */
export function parseOptions(raw: unknown, admin: AdminLocation = {}): PasswordResetOptions {
  const { database: _, ...own } = (raw ?? {}) as Record<string, unknown>
  const parsed = OptionsSchema.safeParse(own)
  if (!parsed.success) {
    throw badOptions("medusa-plugin-password-reset", parsed.error)
  }
  const adminUrl = adminResetUrl(admin)
  return {
    ...parsed.data,
    resetUrl: byActor({ ...(adminUrl && { user: adminUrl }), ...parsed.data.resetUrl }),
    allowedRedirectUrls: byActor(parsed.data.allowedRedirectUrls),
  }
}
