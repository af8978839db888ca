import { z } from "@medusajs/framework/zod"
import { createFindParams, createSelectParams } from "@medusajs/medusa/api/utils/validators"
import { MAX_ADDRESS_CHARACTERS } from "../../../domain/accounts/address"
import { PasswordResetStatus } from "../../../domain/database/reset-columns"
import { noControlCharacters } from "../../control-characters"
import { RequestPasswordReset } from "../../auth/[actor_type]/emailpass/reset-password/validators"

/** A name, a reference or an address. */
const text = z
  .string()
  .min(1)
  .max(MAX_ADDRESS_CHARACTERS)
  .refine(...noControlCharacters())
const oneOrMany = <T extends z.ZodType>(one: T) => z.union([one, z.array(one)])

/** The body of a request to start a reset. */
export const StartPasswordReset = z.strictObject({
  ...RequestPasswordReset.shape,
  actor_type: text.optional(),
  reference: text.optional(),
  reference_origin: text.optional(),
  deliver: z.boolean().default(true),
})

export type StartPasswordReset = z.infer<typeof StartPasswordReset>

/** A limit or an offset. Postgres takes none that is negative or beyond 64 bits. */
const count = z.coerce.number().int().min(0).max(2_147_483_647)
const date = z.coerce.date()

/** The query of a list. */
export const ListPasswordResets = createFindParams().extend({
  limit: count.default(20),
  offset: count.default(0),
  q: text.optional(),
  id: oneOrMany(text).optional(),
  status: oneOrMany(z.enum(Object.values(PasswordResetStatus))).optional(),
  actor_type: oneOrMany(text).optional(),
  identifier: oneOrMany(text).optional(),
  reference: oneOrMany(text).optional(),
  created_at: z
    .union([
      date,
      z
        .strictObject({ $eq: date, $ne: date, $gt: date, $gte: date, $lt: date, $lte: date })
        .partial(),
    ])
    .optional(),
})

export const RetrievePasswordReset = createSelectParams()
