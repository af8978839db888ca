import { MedusaError } from "@medusajs/framework/utils"
import { isStorable, MAX_ADDRESS_CHARACTERS } from "../../domain/accounts/address"
import { credentialsIn } from "../credentials"
import type { Guard } from "./guard"

/** Refuses an address that no account can have, before anything is looked up or counted for it. */
export const requireStorableEmail: Guard = (req, _, next) => {
  const { email } = credentialsIn(req)
  if (email !== undefined && !isStorable(email)) {
    return next(
      new MedusaError(
        MedusaError.Types.INVALID_DATA,
        `Field 'email' must have at most ${MAX_ADDRESS_CHARACTERS} characters, and no control characters`,
      ),
    )
  }
  next()
}
