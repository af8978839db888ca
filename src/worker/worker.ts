import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { withoutStatement } from "../domain/database/sql"
import { Batcher } from "../domain/timing/batcher"
import { Timer } from "../domain/timing/timer"
import { PASSWORD_RESET_MODULE, type PasswordResetModuleService } from "../modules/password-reset"
import type { InformationalMail, IssuedToken } from "../domain/resets/delivery-repository"
import { deliverPasswordNoticesWorkflow } from "../workflows/deliver-password-notices"
import { deliverPasswordResetsWorkflow } from "../workflows/deliver-password-resets"
import { issuePasswordResetsWorkflow } from "../workflows/issue-password-resets"

/** How many rows one round takes up. */
const BATCH_ROWS = 100
/** How long after the first wake-up waiting rows are taken up: never on the heels of an answer. */
const ISSUE_DELAY_MS = 50
/**
 * How mails are gathered into one call of the Notification Module, and how many calls may be under way: a
 * slow mail server must not be drowned.
 */
const DELIVERY = { delayMs: 5, size: 50, concurrency: 2 }
/** How long the worker waits when the minute's mails are sent. */
const RATE_LIMIT_WAIT_MS = 5000
/** How often the log says that mails are delayed. */
const WARNING_INTERVAL_MS = 60_000
/** How long the shop's shutdown waits for each queue; a mail server may hang. */
const SHUTDOWN_TIMEOUT_MS = 5000

type MailToDeliver = IssuedToken | InformationalMail

/**
 * Takes up the rows that are due, one instance for each process. Events wake it up, and the sweep job makes
 * up for events that were lost. Wake-ups that arrive close together share one run.
 */
export class Worker {
  private readonly issuing: Batcher<void>
  private readonly delivering: Batcher<MailToDeliver>
  private readonly notifying: Batcher<void>
  private readonly rateLimitTimer = new Timer()
  private readonly sweepTimer = new Timer()
  private readonly resets: PasswordResetModuleService
  private readonly logger: Logger
  private warnedAt = 0

  constructor(private readonly container: MedusaContainer) {
    this.resets = container.resolve(PASSWORD_RESET_MODULE)
    this.logger = container.resolve(ContainerRegistrationKeys.LOGGER)
    const failed = (what: string) => (error: Error) => this.logFailure(what, error)
    const delay = { delayMs: ISSUE_DELAY_MS }
    this.issuing = new Batcher(delay, () => this.issueAll(), failed("issuing"))
    this.delivering = new Batcher(DELIVERY, (mails) => this.send(mails), failed("delivering"))
    this.notifying = new Batcher(
      delay,
      () => this.notifyAll(),
      failed("telling of changed passwords"),
    )
  }

  /** Takes up the requests that are due, new ones and those to be tried again, until none is left. */
  issueDue(): void {
    this.issuing.add()
  }

  /** Puts a mail among those that are to go out; mails that arrive close together share a call. */
  deliver(mail: MailToDeliver): void {
    this.delivering.add(mail)
  }

  /** Tells the owners of changed passwords, until none is left to be told. */
  notifyDue(): void {
    this.notifying.add()
  }

  /** Sweeps after this time, unless told so again before; see the sweep job. */
  sweepAfter(milliseconds: number, sweep: () => void): void {
    this.sweepTimer.set(milliseconds, sweep)
  }

  /** Ends with the shop: waits for what is under way, but not for ever. */
  async stop(): Promise<void> {
    this.sweepTimer.stop()
    await this.issuing.drain(SHUTDOWN_TIMEOUT_MS)
    await this.delivering.drain(SHUTDOWN_TIMEOUT_MS)
    await this.notifying.drain(SHUTDOWN_TIMEOUT_MS)
    this.rateLimitTimer.stop()
  }

  /** Never waits for mails, but for room among them. */
  private async issueAll(): Promise<void> {
    await this.resets.bursts.over()
    for (let isMore = true; isMore;) {
      await this.delivering.room()
      const { result } = await issuePasswordResetsWorkflow(this.container).run({
        input: { limit: BATCH_ROWS },
      })
      const { ids, claimed, isDelayed, again, informationalMails } = result
      if (!this.resets.options.email.isOn && ids.length) {
        await this.resets.resetRepository.finish(ids)
      }
      for (const mail of [...again, ...informationalMails]) {
        this.deliver(mail)
      }
      isMore = claimed === BATCH_ROWS || (isDelayed && claimed > 0)
      if (isDelayed && !isMore) {
        this.issueLater()
      }
    }
  }

  private async send(mails: MailToDeliver[]): Promise<void> {
    await deliverPasswordResetsWorkflow(this.container).run({
      input: {
        tokens: mails.filter((mail) => "token" in mail),
        informationalMails: mails.filter((mail) => "kind" in mail),
      },
    })
  }

  private async notifyAll(): Promise<void> {
    for (let claimed = BATCH_ROWS; claimed === BATCH_ROWS;) {
      const { result } = await deliverPasswordNoticesWorkflow(this.container).run({
        input: { limit: BATCH_ROWS },
      })
      claimed = result.claimed
    }
  }

  /** Continues when mails may go out again; once, however often it is asked to. */
  private issueLater(): void {
    if (Date.now() > this.warnedAt + WARNING_INTERVAL_MS) {
      this.warnedAt = Date.now()
      this.logger.warn(
        "medusa-plugin-password-reset: more resets are requested than `throttle.mailsPerMinute` " +
          "allows; their emails are delayed, none is dropped",
      )
    }
    if (!this.rateLimitTimer.isSet) {
      this.rateLimitTimer.set(RATE_LIMIT_WAIT_MS, () => this.issueDue())
    }
  }

  private logFailure(what: string, error: Error): void {
    const reason = withoutStatement(error.message) // Medusa's own modules leave it in.
    this.logger.error(`medusa-plugin-password-reset: ${what} failed: ${reason}`)
  }
}

const workers = new WeakMap<PasswordResetModuleService, Worker>()

/** The worker of this process; it ends with the shop. */
export function workerOf(container: MedusaContainer): Worker {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const known = workers.get(resets)
  if (known) {
    return known
  }
  const worker = new Worker(container)
  workers.set(resets, worker)
  resets.onShutdown(() => worker.stop())
  return worker
}
