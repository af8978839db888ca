import {
  EMAILPASS_ADDRESS_INDEX,
  hasIndex,
  OTHER_SIGN_IN_INDEX,
  statementsFor,
} from "../../../domain/database/medusa/address-indexes"
import type { StartContext } from "./check"

/** Looks for the indexes that the migration scripts create on Medusa's tables. */
export async function checkAddressIndexes({
  knex,
  options: { email },
}: StartContext): Promise<string | undefined> {
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
    `an index for addresses is missing, so looking up an account reads the whole table. ` +
    `Run \`npx medusa db:migrate\`, or in psql: ${missing.flatMap(statementsFor).join("; ")};`
  )
}
