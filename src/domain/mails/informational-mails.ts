import type { InformationalKind } from "../database/reset-columns"
import type { ClaimedReset } from "../resets/claim-resets"
import type { InformationalMail } from "../resets/delivery-repository"
import type { IssueOutcome } from "../resets/issue-resets"
import { actorIdIn } from "../accounts/actors"
import { foldAddress, isStorable, pickAccount } from "../accounts/address"
import type { RecentMails } from "../resets/recent-mails"
import type { Guest, OtherSignIn } from "../accounts/other-accounts"

/** What happens to a request without an account: how its row ends, and which mail goes out. */
export type InformationalDecision = { outcome: IssueOutcome; informationalMail: InformationalMail }

/** Which informational mails the store sends, and the queries that find their recipients. */
type Sources = {
  mails: { otherSignIn: boolean; register: boolean; noAccount: boolean }
  findOtherSignIns(addresses: string[]): Promise<OtherSignIn[]>
  findGuests(addresses: string[]): Promise<Guest[]>
  /** Mails of late: who belongs to nobody draws on the share of the mailbox. */
  recent: RecentMails
  mailboxKey(address: string): string
  /** Finds addresses that got an informational mail within a day. Ignores the requests with these ids. */
  findInformed(addresses: string[], exceptIds: string[]): Promise<Set<string>>
}

type Addressee = {
  kind: InformationalKind
  address: string
  actor_id: string | null
  providers: string[]
}

/**
 * Decides which requests without a password account get an informational mail: the account signs in with
 * another provider, a guest has ordered with the address, or the address is unknown. An address gets at most
 * one a day, and a mailbox its share in whatever spellings, so that nobody can flood one.
 *
 * @returns decisions by request id; requests that get no mail are missing
 */
export async function findInformationalMails(
  requests: ClaimedReset[],
  { mails, findOtherSignIns, findGuests, findInformed, recent, mailboxKey }: Sources,
): Promise<Map<string, InformationalDecision>> {
  const decisions = new Map<string, InformationalDecision>()
  if (!requests.length || !(mails.otherSignIn || mails.register || mails.noAccount)) {
    return decisions
  }
  const addresses = requests.map(({ identifier }) => identifier)
  const otherSignIns = mails.otherSignIn ? await findOtherSignIns(addresses) : []
  const guests = mails.register ? await findGuests(addresses) : []
  const addressees = requests.flatMap((request) => {
    const addressee = addresseeOf(request, otherSignIns, guests, mails.noAccount)
    return addressee ? [{ request, addressee }] : []
  })
  const informed = await findInformed(
    addressees.map(({ addressee }) => addressee.address),
    requests.map(({ id }) => id),
  )
  for (const { request, addressee } of addressees) {
    const { kind, address, actor_id, providers } = addressee
    const { id, attempts: attempt, actor_type } = request
    const mailbox = actor_id ? null : mailboxKey(address)
    if (!informed.has(address) && !recent.areEnough({ actor_type, mailbox })) {
      informed.add(address)
      recent.add({ actor_type, mailbox })
      decisions.set(id, {
        outcome: {
          id,
          attempt,
          status: "issued",
          mail: kind,
          entity_id: address,
          actor_id,
          mailbox,
        },
        informationalMail: { id, kind, providers },
      })
    }
  }
  return decisions
}

/** Chooses the recipient and the kind of mail for a request; undefined if it gets none. */
function addresseeOf(
  { identifier, actor_type }: ClaimedReset,
  otherSignIns: OtherSignIn[],
  guests: Guest[],
  mailsUnknown: boolean,
): Addressee | undefined {
  const account = pickAccount(identifier, otherSignIns)
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
  return mailsUnknown && isMailbox(address)
    ? { kind: "noAccount", address, actor_id: null, providers: [] }
    : undefined
}

/** Whether mail can be sent to the identifier: people also type names that are not addresses. */
function isMailbox(address: string): boolean {
  return isStorable(address) && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)
}
