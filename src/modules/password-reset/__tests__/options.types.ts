// Compiled, never run: an option that is added, dropped or retyped in one place only fails `npm run types`.
import type { z } from "@medusajs/framework/zod"
import type { Differing, None } from "../../../__tests__/differing"
import type { DeliveryOptions } from "../../../domain/database/outbox"
import type { SilenceOption } from "../../../domain/mails/mail-fate"
import type { PasswordPolicyOptions } from "../../../domain/passwords/password-policy"
import type { ResetRepositoryOptions } from "../../../domain/resets/reset-repository"
import type { ClientIpOptions } from "../../../domain/throttle/client-ip"
import type { ThrottleOptions } from "../../../domain/throttle/throttle"
import type { SmtpOptions, SmtpOptionsSchema } from "../../../providers/smtp/options"
import type { PasswordResetPluginOptions } from "../options/plugin-options"
import type { OptionsSchema, PasswordResetOptions } from "../options/schema"

/** The options inside an option, where it is not switched off. */
type In<Options, K extends keyof Options> = Exclude<NonNullable<Options[K]>, false>

type Written = z.input<typeof OptionsSchema>
type Parsed = PasswordResetOptions

/** What editors show is what the schema takes. */
export type Documented = [
  None<Differing<In<PasswordResetPluginOptions, "throttle">, In<Written, "throttle">>>,
  None<Differing<In<PasswordResetPluginOptions, "email">, In<Written, "email">>>,
  None<Differing<In<PasswordResetPluginOptions, "password">, In<Written, "password">>>,
  None<Differing<PasswordResetPluginOptions, Written>>,
  None<Differing<SmtpOptions, z.input<typeof SmtpOptionsSchema>>>,
]

/** What the domain asks for is what the schema hands out, and no limit is handed out that nobody reads. */
type ReadOfThrottle = ThrottleOptions & ClientIpOptions & In<ResetRepositoryOptions, "throttle">
export type Read = [
  None<Differing<ReadOfThrottle, In<Parsed, "throttle">>>,
  None<Differing<PasswordPolicyOptions, Parsed["password"]>>,
  None<Differing<DeliveryOptions & SilenceOption, Parsed["delivery"]>>,
]
