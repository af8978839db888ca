import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { sendMails } from "../../domain/mails/send-mails"
import { writeResetMails } from "../../domain/mails/write-reset-mails"
import { readEmittedToken } from "../../domain/tokens/reset-token"
import { BesideEngine } from "../../engine/beside-engine"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { senderOf } from "../../modules/password-reset/sender"
import { storeNameIn } from "../../modules/password-reset/store-name"
import type { InformationalMail, IssuedToken } from "../../domain/resets/delivery-repository"

export type DeliverInput = {
  tokens: IssuedToken[]
  /** Emails without a link, for requests that found no account with a password. */
  informationalMails?: InformationalMail[]
}

/** Tokens to mail, and the metadata of their requests, travel beside Medusa's engine. */
export const tokensToMail = new BesideEngine<{ tokens: IssuedToken[] }>()

/** Picks the resets whose email may go out now, writes and sends the emails, and records each outcome. */
export const deliverPasswordResetsStep = createStep(
  "deliver-password-resets",
  async ({ informationalMails = [], ...input }: DeliverInput, { container }) => {
    const { tokens } = tokensToMail.get() ?? input
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const { deliveryRepository, options, pickLocale } = resets
    const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
    const issued = tokens.flatMap(({ token, metadata }) => {
      const claims = readEmittedToken(http, token)
      return claims ? [{ claims, token, metadata, locale: pickLocale([metadata.locale]) }] : []
    })
    const ids = informationalMails.map(({ id }) => id)
    const deliverable = await deliveryRepository.pickUp(issued, ids)
    if (!deliverable.length) {
      return new StepResponse({ delivered: 0 })
    }
    const { mails, failures } = await writeResetMails(
      deliverable,
      { issued, informationalMails },
      {
        ...options,
        storeName: await storeNameIn(container),
        storeLocale: pickLocale([]),
      },
    )
    const sender = senderOf(container, resets, (outcomes) =>
      deliveryRepository.recordDelivered(outcomes),
    )
    await sender.record(failures)
    await sendMails(mails, sender)
    return new StepResponse({ delivered: mails.length })
  },
)
