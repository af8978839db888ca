import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { issuePasswordResetsWorkflow, PASSWORD_RESET_ACCEPTED } from "../workflows"

const BATCH = 100

/**
 * Takes accepted requests up. Wake-ups that come close together share one run, a while after the
 * first: what depends on the account is never on the heels of the answer.
 */
export default async function issueAcceptedResets({
  container,
}: Pick<SubscriberArgs, "container">): Promise<void> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  resets.issuing.add(undefined, async () => {
    for (let isMore = true; isMore;) {
      const { result } = await issuePasswordResetsWorkflow(container).run({
        input: { limit: BATCH },
      })
      const { claimed, isDelayed } = result
      isMore = claimed === BATCH || (isDelayed && claimed > 0)
      if (isDelayed && !isMore) {
        await resets.wakeLater(() => void issueAcceptedResets({ container }))
      }
    }
  })
}

export const config: SubscriberConfig = {
  event: PASSWORD_RESET_ACCEPTED,
  context: { subscriberId: "password-reset-issue" },
}
