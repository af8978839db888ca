import { isAbsolute, resolve } from "node:path"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule, Logger } from "@medusajs/framework/types"
import { dynamicImport, Modules } from "@medusajs/framework/utils"
import { EmailpassProvider } from "../../../providers/emailpass/service"
import { PROVIDER } from "../../../domain/tokens/reset-token"
import type { SmtpOptions } from "../../../providers/smtp/options"
import { SmtpNotificationProvider } from "../../../providers/smtp/service"
import {
  EMAILPASS_ADDRESS_INDEX,
  hasIndex,
  OTHER_SIGN_IN_INDEX,
  statementsFor,
} from "../../../domain/database/medusa/address-indexes"
import type { PasswordResetOptions } from "../options/schema"

type Provider = {
  resolve?: unknown
  id?: string
  options?: Record<string, unknown> & { channels?: string[] }
}

/**
 * Says what operators forget, once, at the start: one line each, with what to write. Nothing here
 * stops the boot: a shop that sells without password resets is better than one that is down.
 */
export async function checkStart(
  config: ConfigModule,
  options: PasswordResetOptions,
  knex: Knex,
  logger: Logger,
): Promise<void> {
  const findings = [
    await checkEmailpassProvider(config),
    checkChannel(config, options),
    checkResetUrls(options),
    checkLifetime(options),
    checkDisclosure(options),
    await checkIndexes(knex, options),
    checkSweep(config),
    await checkSmtp(config),
  ]
  for (const finding of findings) {
    if (finding) {
      logger.warn(`medusa-plugin-password-reset: ${finding}`)
    }
  }
}

/** Whether passwords go through our provider; Medusa's own would write them and spend no token. */
export async function usesOurEmailpass(config: ConfigModule): Promise<boolean> {
  const configured = providersOf(config, Modules.AUTH).find(({ id }) => id === PROVIDER)
  const services = configured ? await servicesOf(configured) : []
  return services.some((service) => isOrExtends(service, EmailpassProvider))
}

async function checkEmailpassProvider(config: ConfigModule): Promise<string | undefined> {
  if (await usesOurEmailpass(config)) {
    return undefined
  }
  return (
    `the auth module still uses Medusa's own emailpass provider, so no link can set a password, and none is sent. ` +
    `Add to \`modules\`: { resolve: "@medusajs/medusa/auth", options: { providers: [` +
    `{ resolve: "medusa-plugin-password-reset/providers/emailpass", id: "emailpass" }] } }`
  )
}

function checkChannel(config: ConfigModule, { email }: PasswordResetOptions): string | undefined {
  const { channel, isOn } = email
  if (!isOn) {
    return undefined // The store sends its mails itself.
  }
  const served = providersOf(config, Modules.NOTIFICATION).some(({ options: own }) =>
    own?.channels?.includes(channel),
  )
  if (served || (channel === "email" && hasMedusaCloudEmail(config))) {
    return undefined
  }
  return (
    `no notification provider serves the channel "${channel}", so no mail can be sent. ` +
    `Add to \`modules\`: { resolve: "@medusajs/medusa/notification", options: { providers: [` +
    `{ resolve: "medusa-plugin-password-reset/providers/smtp", id: "smtp", options: { ` +
    `channels: ["${channel}"], url: "smtp://localhost:1025", from: "Shop <no-reply@shop.example>" } }, ` +
    `{ resolve: "@medusajs/medusa/notification-local", id: "local", options: { channels: ["feed"] } }] } }`
  )
}

function checkResetUrls({ resetUrl }: PasswordResetOptions): string | undefined {
  const missing = ["customer", "user"].filter((actor) => !resetUrl[actor])
  if (!missing.length) {
    return undefined
  }
  const entries = missing.map((actor) =>
    actor === "user"
      ? `user: "https://api.shop.example/app/reset-password"`
      : `${actor}: "https://shop.example/reset-password"`,
  )
  return (
    `no \`resetUrl\` for ${missing.map((actor) => `"${actor}"`).join(" and ")}, so their resets end ` +
    `as failed. Add to the plugin's options: resetUrl: { ${entries.join(", ")} }`
  )
}

/** Else whoever uses an address's share of mails up keeps its owner from a link that works. */
function checkLifetime(options: PasswordResetOptions): string | undefined {
  const { throttle, dialects, tokenTtl, medusaV1, bagisto } = options
  const lifetimes = {
    tokenTtl,
    ...(dialects.includes("medusa-v1") && { "medusaV1.tokenTtl": medusaV1.tokenTtl ?? tokenTtl }),
    ...(dialects.includes("bagisto") && { "bagisto.tokenTtl": bagisto.tokenTtl }),
  }
  const [name, shortest] = Object.entries(lifetimes).sort(([, a], [, b]) => a - b)[0]!
  if (!throttle || shortest >= throttle.perIdentifier.window) {
    return undefined
  }
  return (
    `links live for ${shortest} s, and an address gets ${throttle.perIdentifier.limit} mails in ` +
    `${throttle.perIdentifier.window} s: somebody may have to wait without a link. Set \`${name}\` no ` +
    `shorter than \`throttle.perIdentifier.window\``
  )
}

/** The one option that lets an answer depend on whether there is an account. */
function checkDisclosure({ dialects, bagisto }: PasswordResetOptions): string | undefined {
  if (!dialects.includes("bagisto") || !bagisto.discloseUnknownEmail) {
    return undefined
  }
  return (
    "`bagisto.discloseUnknownEmail` is on, so `POST /api/shop/customers/forgot-password` tells anybody who " +
    "has an account here, and who has none. Remove it from the plugin's options, unless a client needs the 404"
  )
}

async function checkIndexes(
  knex: Knex,
  { email }: PasswordResetOptions,
): Promise<string | undefined> {
  const wanted = [
    EMAILPASS_ADDRESS_INDEX,
    ...(email.isOn && email.mails.otherSignIn ? [OTHER_SIGN_IN_INDEX] : []),
  ]
  const present = await Promise.all(wanted.map((index) => hasIndex(knex, index)))
  const missing = wanted.filter((_, position) => !present[position])
  if (!missing.length) {
    return undefined
  }
  return (
    `an index for addresses is missing, so looking an account up reads the whole table. ` +
    `Run \`npx medusa db:migrate\`, or in psql: ${missing.flatMap(statementsFor).join("; ")};`
  )
}

/** Jobs run in workers only: without one, a mail that failed once is tried no more. */
function checkSweep(config: ConfigModule): string | undefined {
  const bus = config.modules?.[Modules.EVENT_BUS] as { resolve?: string } | undefined
  const isAlone = !bus?.resolve || bus.resolve.endsWith("event-bus-local")
  if (config.projectConfig.workerMode !== "server" || !isAlone) {
    return undefined
  }
  return (
    "this instance is a `server`, whose jobs run in a `worker`, and its event bus reaches none: a mail " +
    "that failed is not tried again. Start a `worker` on the same database, and set up " +
    "`@medusajs/medusa/event-bus-redis` for both"
  )
}

async function checkSmtp(config: ConfigModule): Promise<string | undefined> {
  for (const provider of providersOf(config, Modules.NOTIFICATION)) {
    const services = await servicesOf(provider)
    if (services.some((service) => isOrExtends(service, SmtpNotificationProvider))) {
      const options = provider.options as unknown as SmtpOptions
      try {
        await SmtpNotificationProvider.checkConnection(options)
      } catch (error) {
        return (
          `the mail server ${new URL(options.url).host} can't be used now (${(error as Error).message}). ` +
          `Check \`url\` of the provider "${provider.id}"; the shop runs on`
        )
      }
    }
  }
  return undefined
}

function providersOf(config: ConfigModule, module: string): Provider[] {
  const entry = config.modules?.[module] as { options?: { providers?: Provider[] } } | undefined
  return entry?.options?.providers ?? []
}

/** Medusa brings its own provider for "email" where its cloud's options are set. */
function hasMedusaCloudEmail(config: ConfigModule): boolean {
  const entry = config.modules?.[Modules.NOTIFICATION] as
    { options?: { cloud?: { api_key?: string; endpoint?: string } } } | undefined
  return Boolean(entry?.options?.cloud?.api_key && entry.options.cloud.endpoint)
}

/** The classes behind a provider's `resolve`, found the way that Medusa finds them. */
async function servicesOf({ resolve: target }: Provider): Promise<unknown[]> {
  try {
    const loaded = typeof target === "string" ? await dynamicImport(pathOf(target)) : target
    return (loaded?.default ?? loaded)?.services ?? []
  } catch {
    return [] // Medusa itself has refused a provider that can't be loaded.
  }
}

function pathOf(target: string): string {
  const path = target.startsWith(".") || isAbsolute(target) ? resolve(target) : target
  return require.resolve(path, { paths: [process.cwd()] })
}

function isOrExtends(service: unknown, base: unknown): boolean {
  return (
    typeof service === "function" &&
    typeof base === "function" &&
    (service === base || service.prototype instanceof base)
  )
}
