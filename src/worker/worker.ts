import { container as rootContainer } from "@medusajs/framework"
import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { withoutStatement } from "../domain/database/sql"
import { Batcher } from "../domain/timing/batcher"
import { stalls } from "../domain/timing/stalls"
import { Timer } from "../domain/timing/timer"
import { shareOf } from "../domain/resets/recent-mails"
import { PASSWORD_RESET_MODULE, type PasswordResetModuleService } from "../modules/password-reset"
import type { InformationalMail, IssuedToken } from "../domain/resets/delivery-repository"
import { deliverPasswordNoticesWorkflow } from "../workflows/deliver-password-notices"
import { deliverPasswordResetsWorkflow } from "../workflows/deliver-password-resets"
import { issuePasswordResetsWorkflow } from "../workflows/issue-password-resets"

/** How many rows one round claims. */
const BATCH_ROWS = 100
/**
 * How long after the first wake-up work begins. Account-dependent work right after a response would show in
 * the time of the next one.
 */
const ISSUE_DELAY_MS = 50
/**
 * How emails are gathered into one call of the Notification Module. Few calls run at once, so that a slow
 * mail server is not overloaded.
 */
const DELIVERY = { delayMs: 5, size: 50, concurrency: 2 }
/** For how long `throttle.mailsPerMinute` may hold emails up before the log says so, and how often it may. */
const UNSAID_DELAY_MS = 10_000
const WARNING_INTERVAL_MS = 60_000
/** How long the shutdown waits for each queue: a mail server that hangs must not hold it up. */
const SHUTDOWN_TIMEOUT_MS = 5000

type MailToDeliver = IssuedToken | InformationalMail

/**
 * Works off the rows that are due. Each process has one worker. Events wake it, and the sweep job finds what
 * lost events leave behind. Wake-ups that arrive close together share one run.
 */
export class Worker {
  private readonly issuing: Batcher<void>
  private readonly delivering: Batcher<MailToDeliver>
  private readonly notifying: Batcher<void>
  private readonly rateLimitTimer = new Timer()
  private readonly sweepTimer = new Timer()
  private readonly resets: PasswordResetModuleService
  private readonly logger: Logger
  private delayedSince?: number
  private warnedAt = 0

  constructor(private readonly container: MedusaContainer) {
    this.resets = container.resolve(PASSWORD_RESET_MODULE)
    this.logger = container.resolve(ContainerRegistrationKeys.LOGGER)
    stalls.start()
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

  /** Issues the resets that are due, new ones and those to retry, until none is left. Returns at once. */
  issueDue(): void {
    this.issuing.add()
  }

  /** Queues an email. Emails that arrive close together go out in one call. Returns at once. */
  deliver(mail: MailToDeliver): void {
    this.delivering.add(mail)
  }

  /** Sends the emails "your password was changed" that are due, until none is left. Returns at once. */
  notifyDue(): void {
    this.notifying.add()
  }

  /** Runs `sweep` after this time. A further call starts the time anew. See the sweep job. */
  sweepAfter(milliseconds: number, sweep: (container: MedusaContainer) => void): void {
    this.sweepTimer.set(milliseconds, () => sweep(this.container))
  }

  /** Stops the timers, and waits a bounded time for the work under way. */
  async stop(): Promise<void> {
    this.sweepTimer.stop()
    await this.issuing.drain(SHUTDOWN_TIMEOUT_MS)
    await this.delivering.drain(SHUTDOWN_TIMEOUT_MS)
    await this.notifying.drain(SHUTDOWN_TIMEOUT_MS)
    this.rateLimitTimer.stop()
    stalls.stop()
  }

  /** Waits for room in the queue of emails, but never for an email to be sent. */
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
      this.delayedSince = isDelayed ? (this.delayedSince ?? Date.now()) : undefined
      if (isDelayed && !isMore) {
        this.issueLater(Date.now() - this.delayedSince!)
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

  /** Continues when emails may go out again. Further calls until then add no second timer. */
  private issueLater(delayedForMs: number): void {
    if (delayedForMs >= UNSAID_DELAY_MS && Date.now() > this.warnedAt + WARNING_INTERVAL_MS) {
      this.warnedAt = Date.now()
      this.logger.warn(
        "medusa-plugin-password-reset: more resets are requested than `throttle.mailsPerMinute` " +
          "allows. Their emails are delayed; none is dropped",
      )
    }
    const { throttle } = this.resets.options
    if (throttle && throttle.mailsPerMinute && !this.rateLimitTimer.isSet) {
      const { seconds } = shareOf(throttle.mailsPerMinute)
      this.rateLimitTimer.set(seconds * 1000, () => this.issueDue())
    }
  }

  private logFailure(what: string, error: Error): void {
    const reason = withoutStatement(error.message) // Errors of Medusa's own modules quote it.
    this.logger.error(`medusa-plugin-password-reset: ${what} failed: ${reason}`)
  }
}

/**
 * The worker of this process; it ends with the shop.
 *
 * Medusa hands a job, and a step, a container whose `resolve` wraps the module's service in a new proxy at
 * each call. The slot passes through all of them unchanged, so one worker is found again. It works with the
 * root container: a job's own one ends with the job.
 */
export function workerOf(container: MedusaContainer): Worker {
  const { workerSlot } = container.resolve(PASSWORD_RESET_MODULE)
  if (workerSlot.worker instanceof Worker) {
    return workerSlot.worker
  }
  const worker = new Worker(rootContainer)
  workerSlot.worker = worker
  rootContainer.resolve(PASSWORD_RESET_MODULE).onShutdown(() => worker.stop())
  return worker
}
