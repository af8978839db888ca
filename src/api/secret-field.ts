import { z } from "@medusajs/framework/zod"
import { MAX_SECRET_UNITS } from "../domain/passwords/password-policy"

/** Refuses what is longer than any password or token, before work is done whose cost grows with it. */
export const secretLength = (message = `must have at most ${MAX_SECRET_UNITS} characters`) =>
  z.string().max(MAX_SECRET_UNITS, message)

/** A field of a body that holds a password or a token: any text that is not empty, nor endless. */
export const secretField = (
  message = "must be a string that is not empty",
  tooLong?: Parameters<typeof secretLength>[0],
) =>
  z
    .custom<string>((secret) => typeof secret === "string" && secret !== "", message)
    .pipe(secretLength(tooLong))
