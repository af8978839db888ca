import type { AuthIdentityDTO } from "@medusajs/framework/types"
import type { EmailpassAccount } from "../../domain/accounts/emailpass-accounts"
import { PASSWORD_GENERATION } from "../../domain/database/medusa/generations"

/** Whether no customer, user or other actor belongs to the account yet. */
export function isUnclaimed({ app_metadata }: EmailpassAccount): boolean {
  return Object.entries(app_metadata ?? {}).every(
    ([key, value]) => key === PASSWORD_GENERATION || value === null,
  )
}

/** The password hash that an identity stores for a provider; unknown, since anything may stand there. */
export function hashIn({ provider_identities }: AuthIdentityDTO, provider: string): unknown {
  return provider_identities?.find((identity) => identity.provider === provider)?.provider_metadata
    ?.password
}

/**
 * Puts the generation of the new password into an identity's `app_metadata`: Medusa's auth module passes
 * nothing on but an identity. See docs/adr/0006-authority-under-a-symbol.md.
 */
export function withGeneration(identity: AuthIdentityDTO, generation?: number): AuthIdentityDTO {
  const app_metadata = { ...identity.app_metadata, [PASSWORD_GENERATION]: generation }
  return generation === undefined ? identity : { ...identity, app_metadata }
}

/** Removes password hashes: an identity that is returned may end up in a response. */
export function withoutHash(identity: AuthIdentityDTO): AuthIdentityDTO {
  return {
    ...identity,
    provider_identities: identity.provider_identities?.map((provider) => {
      const { password: _, ...provider_metadata } = provider.provider_metadata ?? {}
      return { ...provider, provider_metadata }
    }),
  }
}
