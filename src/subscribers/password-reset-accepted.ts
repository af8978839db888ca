import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { issuePasswordResetsWorkflow, PASSWORD_RESET_ACCEPTED } from "../workflows"

const BATCH = 100

/**
 * Takes accepted requests up. Wake-ups that come close together share one run, a while after the
 * first: what depends on the account is never on the heels of the answer.
 */
export default async function issueAcceptedResets({ container }: SubscriberArgs): Promise<void> {
  container.resolve(PASSWORD_RESET_MODULE).issuing.add(undefined, async () => {
    let claimed = BATCH
    while (claimed === BATCH) {
      const { result } = await issuePasswordResetsWorkflow(container).run({
        input: { limit: BATCH },
      })
      claimed = result.claimed
    }
  })
}

export const config: SubscriberConfig = {
  event: PASSWORD_RESET_ACCEPTED,
  context: { subscriberId: "password-reset-issue" },
}
