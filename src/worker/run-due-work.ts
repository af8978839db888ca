import type { MedusaContainer } from "@medusajs/framework/types"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { deliverPasswordNoticesWorkflow } from "../workflows/deliver-password-notices"
import { deliverPasswordResetsWorkflow } from "../workflows/deliver-password-resets"
import { issuePasswordResetsWorkflow } from "../workflows/issue-password-resets"
import type { InformationalMail, IssuedToken } from "../domain/resets/delivery-repository"

/** How many rows one round takes up. */
const BATCH = 100

/**
 * Takes up the requests that are due, new ones and those to be tried again, until none is left.
 * Wake-ups that come close together share one run, a while after the first: what depends on the
 * account is never on the heels of the answer. Never waits for mails, but for room among them.
 */
export function runDueResets(container: MedusaContainer): void {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  resets.issuing.add(undefined, async () => {
    await resets.bursts.over()
    for (let isMore = true; isMore;) {
      await resets.delivering.room()
      const { result } = await issuePasswordResetsWorkflow(container).run({
        input: { limit: BATCH },
      })
      const { ids, claimed, isDelayed, again, informationalMails } = result
      if (!resets.options.email.isOn && ids.length) {
        await resets.resetRepository.finish(ids)
      }
      for (const mail of [...again, ...informationalMails]) {
        deliver(mail, container)
      }
      isMore = claimed === BATCH || (isDelayed && claimed > 0)
      if (isDelayed && !isMore) {
        await resets.wakeLater(() => runDueResets(container))
      }
    }
  })
}

/** Puts a mail among those that are to go out; mails close together share a call. */
export function deliver(mail: IssuedToken | InformationalMail, container: MedusaContainer): void {
  container.resolve(PASSWORD_RESET_MODULE).delivering.add(mail, async (mails) => {
    await deliverPasswordResetsWorkflow(container).run({
      input: {
        tokens: mails.filter((one) => "token" in one),
        informationalMails: mails.filter((one) => "kind" in one),
      },
    })
  })
}

/** Tells the owners of changed passwords, until none is left to be told. */
export function runDueNotices(container: MedusaContainer): void {
  container.resolve(PASSWORD_RESET_MODULE).noticing.add(undefined, async () => {
    for (let claimed = BATCH; claimed === BATCH;) {
      const { result } = await deliverPasswordNoticesWorkflow(container).run({
        input: { limit: BATCH },
      })
      claimed = result.claimed
    }
  })
}
