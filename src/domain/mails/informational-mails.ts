import type { PasswordResetModuleService } from "../../modules/password-reset/service"
import type { Guest, OtherSignIn } from "../accounts/other-accounts"
import type { ClaimedReset } from "../resets/claim-resets"
import type { InformationalMail } from "../resets/delivery-repository"
import type { InformationalKind } from "../database/reset-columns"
import type { IssueOutcome } from "../resets/issue-resets"
import { foldAddress, isStorable, pickAccount } from "../accounts/address"
import { actorIdIn } from "../accounts/actors"

export type InformationalDecision = { outcome: IssueOutcome; informationalMail: InformationalMail }

type Addressee = {
  kind: InformationalKind
  address: string
  actor_id: string | null
  providers: string[]
}

/**
 * Which of the requests that found no account with a password are answered by a mail all the same:
 * that the account signs in elsewhere, that it was a guest who ordered, that there is none. Each at
 * most once a day to an address, so that nobody is flooded by them.
 */
export async function findInformationalMails(
  requests: ClaimedReset[],
  resets: PasswordResetModuleService,
): Promise<Map<string, InformationalDecision>> {
  const { isOn, mails } = resets.options.email
  const found = new Map<string, InformationalDecision>()
  if (!requests.length || !isOn || !(mails.otherSignIn || mails.register || mails.noAccount)) {
    return found
  }
  const addresses = requests.map(({ identifier }) => identifier)
  const others = mails.otherSignIn ? await resets.findOtherSignIns(addresses) : []
  const guests = mails.register ? await resets.findGuests(addresses) : []
  const addressees = requests.flatMap((request) => {
    const addressee = addresseeOf(request, others, guests, mails.noAccount)
    return addressee ? [{ request, addressee }] : []
  })
  const mailed = await resets.resetRepository.findInformed(
    addressees.map(({ addressee }) => addressee.address),
    requests.map(({ id }) => id),
  )
  for (const { request, addressee } of addressees) {
    const { kind, address, actor_id, providers } = addressee
    if (!mailed.has(address)) {
      mailed.add(address)
      const { id, attempts: attempt } = request
      found.set(id, {
        outcome: { id, attempt, status: "issued", mail: kind, entity_id: address, actor_id },
        informationalMail: { id, kind, providers },
      })
    }
  }
  return found
}

function addresseeOf(
  { identifier, actor_type }: ClaimedReset,
  others: OtherSignIn[],
  guests: Guest[],
  tellsStrangers: boolean,
): Addressee | undefined {
  const account = pickAccount(identifier, others)
  if (account) {
    const actor_id = actorIdIn(account.app_metadata, actor_type)
    const { entity_id: address, providers } = account
    return actor_id ? { kind: "otherSignIn", address, actor_id, providers } : undefined
  }
  const address = foldAddress(identifier)
  const guest = guests.find(({ email }) => foldAddress(email) === address)
  if (actor_type === "customer" && guest) {
    return { kind: "register", address, actor_id: guest.id, providers: [] }
  }
  return tellsStrangers && isMailbox(address)
    ? { kind: "noAccount", address, actor_id: null, providers: [] }
    : undefined
}

/** Whether mail can go there at all; people type names of other kinds, too. */
function isMailbox(address: string): boolean {
  return isStorable(address) && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)
}
