import { z } from "@medusajs/framework/zod"

/**
 * The body of a completed reset. Other fields are let pass, as Medusa's own route does. The
 * password is checked by hand: zod's message for a wrong type would quote it, and be logged.
 */
export const CompletePasswordReset = z
  .object({
    password: z.custom<string>(
      (password) => typeof password === "string" && password !== "",
      "Field 'password' must be a string that is not empty",
    ),
    email: z.string().optional(),
  })
  .transform((body) => body) // Medusa's validator makes a bare object schema strict.

export type CompletePasswordReset = z.infer<typeof CompletePasswordReset>
