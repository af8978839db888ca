import { z } from "@medusajs/framework/zod"
import { MAX_ADDRESS_CHARACTERS } from "../../../../../domain/accounts/address"
import { noControlCharacters } from "../../../../control-characters"
import { metadataField } from "../../../../metadata-field"

/** The body of a request for a reset. */
export const RequestPasswordReset = z.strictObject({
  identifier: z
    .string()
    .max(MAX_ADDRESS_CHARACTERS)
    .refine((identifier) => identifier.trim() !== "", "must not be empty")
    .refine(...noControlCharacters((identifier) => identifier.trim())),
  metadata: metadataField,
})

export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>
