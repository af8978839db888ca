import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { freePort } from "./free-port.ts"

const MAILDEV = createRequire(import.meta.url).resolve("maildev/bin/maildev")

/**
 * Starts a mail server that keeps what it gets and shows it in the browser (MailDev).
 *
 * @returns {Promise<{ smtpUrl: string, webUrl: string, stop: () => Promise<void>,
 *   waitForMail: (address: string) => Promise<{ subject: string, text: string, html: string }> }>}
 */
export async function startInbox() {
  const smtp = await freePort()
  const web = await freePort()
  const args = ["--smtp", smtp, "--web", web, "--ip", "127.0.0.1", "--silent"].map(String)
  const child = spawn(process.execPath, [MAILDEV, ...args], { stdio: "ignore" })
  process.once("exit", () => child.kill("SIGKILL"))
  const exit = new Promise((resolve) => child.once("exit", resolve))
  const webUrl = `http://127.0.0.1:${web}`
  await poll(
    () => fetch(`${webUrl}/healthz`).then((response) => response.ok),
    "the mail server",
    30,
  )
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp}`,
    webUrl,
    async waitForMail(address) {
      let found
      await poll(
        async () => {
          const mails = await (await fetch(`${webUrl}/email`)).json()
          found = mails.findLast(({ to }) => to.some((recipient) => recipient.address === address))
          return found
        },
        `a mail for ${address}`,
        30,
      )
      return found
    },
    async stop() {
      child.kill("SIGTERM")
      await exit
    },
  }
}

async function poll(condition, what, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await Promise.resolve(condition()).catch(() => false)) {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited ${seconds} s in vain for ${what}`)
}
