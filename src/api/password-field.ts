import { z } from "@medusajs/framework/zod"

/**
 * A field that holds a password. It is checked by hand: zod's message for a wrong type would quote
 * it, and be logged.
 */
export const passwordField = (name: string) =>
  z.custom<string>(
    (password) => typeof password === "string" && password !== "",
    `Field '${name}' must be a string that is not empty`,
  )
