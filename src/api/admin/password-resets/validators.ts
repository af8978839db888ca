import { z } from "@medusajs/framework/zod"
import {
  createFindParams,
  createOperatorMap,
  createSelectParams,
} from "@medusajs/medusa/api/utils/validators"
import { PasswordResetStatus } from "../../../modules/password-reset/models/password-reset"
import { RequestPasswordReset } from "../../auth/[actor_type]/emailpass/reset-password/validators"

const text = z.string().min(1).max(320)
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

/** The query of a list. */
export const ListPasswordResets = createFindParams({ offset: 0, limit: 20 }).extend({
  q: z.string().optional(),
  id: oneOrMany(z.string()).optional(),
  status: oneOrMany(z.enum(Object.values(PasswordResetStatus))).optional(),
  actor_type: oneOrMany(z.string()).optional(),
  identifier: oneOrMany(z.string()).optional(),
  reference: oneOrMany(z.string()).optional(),
  created_at: createOperatorMap().optional(),
})

export const RetrievePasswordReset = createSelectParams()
