import type { InformationalKind } from "../database/reset-columns"
import type { ClaimedReset } from "../resets/claim-resets"
import type { InformationalMail } from "../resets/delivery-repository"
import type { IssueOutcome } from "../resets/issue-resets"
import { actorIdIn } from "../accounts/actors"
import { foldAddress, isStorable, pickAccount } from "../accounts/address"
import type { Guest, OtherSignIn } from "../accounts/other-accounts"

export type InformationalDecision = { outcome: IssueOutcome; informationalMail: InformationalMail }

/** Which of these mails a store sends, and what is asked to find their readers. */
type Sources = {
  mails: { otherSignIn: boolean; register: boolean; noAccount: boolean }
  findOtherSignIns(addresses: string[]): Promise<OtherSignIn[]>
  findGuests(addresses: string[]): Promise<Guest[]>
  /** Which addresses have had such a mail within a day, the requests with these ids aside. */
  findInformed(addresses: string[], except: string[]): Promise<Set<string>>
}

type Addressee = {
  kind: InformationalKind
  address: string
  actor_id: string | null
  providers: string[]
}

/**
 * Finds the requests without an account that get a mail all the same: the account signs in elsewhere, it
 * was a guest who ordered, or there is none. Each goes out at most once a day to an address, so that
 * nobody is flooded.
 *
 * @returns decisions by the id of their request
 */
export async function findInformationalMails(
  requests: ClaimedReset[],
  { mails, findOtherSignIns, findGuests, findInformed }: Sources,
): Promise<Map<string, InformationalDecision>> {
  const found = new Map<string, InformationalDecision>()
  if (!requests.length || !(mails.otherSignIn || mails.register || mails.noAccount)) {
    return found
  }
  const addresses = requests.map(({ identifier }) => identifier)
  const others = mails.otherSignIn ? await findOtherSignIns(addresses) : []
  const guests = mails.register ? await findGuests(addresses) : []
  const addressees = requests.flatMap((request) => {
    const addressee = addresseeOf(request, others, guests, mails.noAccount)
    return addressee ? [{ request, addressee }] : []
  })
  const informed = await findInformed(
    addressees.map(({ addressee }) => addressee.address),
    requests.map(({ id }) => id),
  )
  for (const { request, addressee } of addressees) {
    const { kind, address, actor_id, providers } = addressee
    if (!informed.has(address)) {
      informed.add(address)
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
  informsUnknown: boolean,
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
  return informsUnknown && isMailbox(address)
    ? { kind: "noAccount", address, actor_id: null, providers: [] }
    : undefined
}

/** Whether mail can go there at all; people also type names that are no address. */
function isMailbox(address: string): boolean {
  return isStorable(address) && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)
}
