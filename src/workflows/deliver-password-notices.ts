import {
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { DeliveryOutcome } from "../domain/database/outbox"
import { mailComposer } from "../domain/mails/compose-mail"
import {
  attemptKey,
  hasFailed,
  type OutgoingMail,
  sendMails,
  wasSent,
  findSent,
} from "../domain/mails/send-mails"
import { PASSWORD_CHANGED } from "./steps/set-password"

const deliverPasswordNoticesStep = createStep(
  "deliver-password-notices",
  async ({ limit }: { limit: number }, { container }) => {
    const { noticeRepository, options, pickLocale } = container.resolve(PASSWORD_RESET_MODULE)
    const claimed = await noticeRepository.claim(limit)
    if (!claimed.length) {
      return new StepResponse({ claimed: 0 })
    }
    const before = ({ id, attempts }: (typeof claimed)[number]) =>
      Array.from({ length: attempts - 1 }, (_, index) => attemptKey(id, index + 1))
    const sent = await findSent(claimed.flatMap(before), container)
    const compose = await mailComposer(container)
    const mails: OutgoingMail[] = []
    const outcomes: DeliveryOutcome[] = []
    for (const notice of claimed) {
      const { id, attempts: attempt, entity_id: address, actor_type } = notice
      if (before(notice).some((key) => sent.has(key))) {
        outcomes.push(wasSent({ id, attempt }))
        continue
      }
      try {
        const composed = await compose(
          {
            kind: "passwordChanged",
            address,
            at: new Date(notice.created_at),
            reason: notice.reason,
            browser: notice.browser ?? undefined,
            ip: notice.ip ?? undefined,
            link: options.email.pages.forgotPassword[actor_type],
          },
          notice.locale ?? pickLocale([]),
        )
        mails.push({
          id,
          attempt,
          notification: {
            to: address,
            ...composed,
            trigger_type: PASSWORD_CHANGED,
            resource_type: "password_notice",
            resource_id: id,
            receiver_id: notice.actor_id,
            idempotency_key: attemptKey(id, attempt),
          },
        })
      } catch (error) {
        outcomes.push(hasFailed({ id, attempt, to: address }, error))
      }
    }
    outcomes.push(...(await sendMails(mails, container)))
    await noticeRepository.recordDelivered(outcomes)
    return new StepResponse({ claimed: claimed.length })
  },
)

/** Sends up to `limit` mails "your password was changed" that wait to be sent. */
export const deliverPasswordNoticesWorkflow = createWorkflow(
  "password-reset-deliver-notices",
  (input: { limit: number }) => new WorkflowResponse(deliverPasswordNoticesStep(input)),
)
