import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import type { DeliveryOutcome } from "../../domain/database/outbox"
import { type MailFate, outcomeOf } from "../../domain/mails/mail-fate"
import { attemptKey, findFates, sendMails } from "../../domain/mails/send-mails"
import { writeNoticeMails } from "../../domain/mails/write-notice-mails"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { senderOf } from "../../modules/password-reset/sender"
import { storeNameIn } from "../../modules/password-reset/store-name"
import type { ClaimedNotice } from "../../domain/passwords/notice-repository"

/** Claims notices that are due, sends their emails, and records the outcome of each. */
export const deliverPasswordNoticesStep = createStep(
  "deliver-password-notices",
  async ({ limit }: { limit: number }, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const { noticeRepository, options, pickLocale } = resets
    const claimed = await noticeRepository.claim(limit)
    if (!claimed.length) {
      return new StepResponse({ claimed: 0 })
    }
    const sender = senderOf(container, resets, (outcomes) =>
      noticeRepository.recordDelivered(outcomes),
    )
    const ended = endedBefore(claimed, await findFates(claimed.flatMap(earlierAttempts), sender))
    const { mails, failures } = await writeNoticeMails(
      claimed.filter(({ id }) => !ended.has(id)),
      {
        email: options.email,
        storeName: await storeNameIn(container),
        storeLocale: pickLocale([]),
      },
    )
    await sender.record([...ended.values(), ...failures])
    await sendMails(mails, sender)
    return new StepResponse({ claimed: claimed.length })
  },
)

/**
 * The outcomes of notices whose mail has gone out, though a crash kept the plugin from writing it down. One of
 * which it is known that it may be out is to be sent again.
 */
function endedBefore(
  claimed: readonly ClaimedNotice[],
  fates: ReadonlyMap<string, MailFate>,
): Map<string, DeliveryOutcome> {
  const ended = claimed.flatMap((notice) => {
    const { id, attempts: attempt, entity_id, status } = notice
    const known = earlierAttempts(notice).flatMap((key) => fates.get(key) ?? [])
    const fate = known.find(({ fate }) => fate === "taken" || status !== "unknown")
    return fate ? [[id, outcomeOf({ id, attempt }, entity_id, fate)] as const] : []
  })
  return new Map(ended)
}

/** The idempotency keys of earlier attempts, by which the Notification Module knows them. */
function earlierAttempts({ id, attempts }: ClaimedNotice): string[] {
  return Array.from({ length: attempts - 1 }, (_, index) => attemptKey(id, index + 1))
}
