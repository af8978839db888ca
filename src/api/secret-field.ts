import { z } from "@medusajs/framework/zod"

/** A field of a body that holds a password or a token: any text that is not empty. */
export const secretField = (message = "must be a string that is not empty") =>
  z.custom<string>((secret) => typeof secret === "string" && secret !== "", message)
