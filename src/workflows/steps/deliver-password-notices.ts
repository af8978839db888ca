import { Modules } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { attemptKey, findSent, sendMails, wasSent } from "../../domain/mails/send-mails"
import { writeNoticeMails } from "../../domain/mails/write-notice-mails"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
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
    const notifications = container.resolve(Modules.NOTIFICATION)
    const sent = await findSent(claimed.flatMap(earlierAttempts), notifications)
    const isSent = (notice: ClaimedNotice) => earlierAttempts(notice).some((key) => sent.has(key))
    const { mails, failures } = await writeNoticeMails(
      claimed.filter((notice) => !isSent(notice)),
      {
        email: options.email,
        storeName: await storeNameIn(container),
        storeLocale: pickLocale([]),
      },
    )
    const forgetLinks = (keys: string[]) => resets.forgetLinks(keys)
    await noticeRepository.recordDelivered([
      ...claimed.filter(isSent).map(({ id, attempts: attempt }) => wasSent({ id, attempt })),
      ...failures,
      ...(await sendMails(mails, { notifications, forgetLinks })),
    ])
    return new StepResponse({ claimed: claimed.length })
  },
)

/** The idempotency keys of earlier attempts, by which the Notification Module knows them. */
function earlierAttempts({ id, attempts }: ClaimedNotice): string[] {
  return Array.from({ length: attempts - 1 }, (_, index) => attemptKey(id, index + 1))
}
