/** The auth provider whose passwords this plugin resets: `provider_identity.provider`. */
export const PROVIDER = "emailpass"
