import { endChild, startChild } from "./children"
import { freePort } from "./free-port"
import { until } from "./until"

/** A mail as MailDev gives it. */
type ShownMail = {
  subject: string
  text: string
  html: string
  from: { address: string }[]
  to: { address: string }[]
}

/** A mail server that shows what it gets in the browser. */
export type Inbox = {
  smtpUrl: string
  webUrl: string
  /** The newest mail for an address. */
  waitForMail: (address: string) => Promise<ShownMail>
  stop: () => Promise<void>
}

/** Starts MailDev. Suites that look at mails by themselves use `MailServer`. */
export async function startInbox(): Promise<Inbox> {
  const [smtp, web] = [await freePort(), await freePort()]
  const maildev = require.resolve("maildev/bin/maildev")
  const ports = ["--smtp", String(smtp), "--web", String(web)]
  const args = [maildev, ...ports, "--ip", "127.0.0.1", "--silent"]
  const child = startChild(process.execPath, args, { stdio: "ignore" })
  const webUrl = `http://127.0.0.1:${web}`
  const isUp = () =>
    fetch(`${webUrl}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(isUp, "the mail server")
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp}`,
    webUrl,
    waitForMail: (address) => until(() => newestMail(webUrl, address), `a mail for ${address}`),
    stop: () => endChild(child),
  }
}

async function newestMail(webUrl: string, address: string): Promise<ShownMail | undefined> {
  const mails = (await (await fetch(`${webUrl}/email`)).json()) as ShownMail[]
  return mails.findLast(({ to }) => to.some((recipient) => recipient.address === address))
}
