import { MailServer } from "../support/mail-server"
import { runMain } from "../support/main"

/** When a mail came, by the machine's clock in milliseconds, for whom, and with which token. */
export type TimedMail = { to: string; at: number; token?: string }

/** What the benchmark asks of the sink, and what it answers to each. */
export type SinkRequest =
  | { kind: "forget" }
  | { kind: "count" }
  /** Answered with all mails so far, once there are `count`, or after `timeoutMs`. */
  | { kind: "mails"; count: number; timeoutMs: number }
export type SinkAnswer = { mails: TimedMail[] } | { count: number } | { url: string }

let mails: TimedMail[] = []
let waiting: { count: number; timer: NodeJS.Timeout } | undefined

/** A mail server in a process of its own (`forkChild`): takes every mail, and remembers when. */
runMain(async () => {
  const server = await MailServer.start({
    onMail: ({ recipients: [to = ""], source }) => {
      mails.push({ to, at: performance.timeOrigin + performance.now(), token: tokenIn(source) })
      answerWhoWaits()
    },
  })
  process.on("message", answer)
  process.on("disconnect", () => process.exit())
  send({ url: server.url })
})

function answer(request: SinkRequest): void {
  switch (request.kind) {
    case "count":
      return send({ count: mails.length })
    case "forget":
      mails = []
      return send({ mails })
    case "mails":
      waiting = {
        count: request.count,
        timer: setTimeout(sendAll, request.timeoutMs),
      }
      return answerWhoWaits()
  }
}

function answerWhoWaits(): void {
  if (waiting && mails.length >= waiting.count) {
    clearTimeout(waiting.timer)
    sendAll()
  }
}

function sendAll(): void {
  waiting = undefined
  send({ mails })
}

function send(answer: SinkAnswer): void {
  process.send?.(answer)
}

/** A mail goes over the wire in quoted-printable, which breaks lines, and writes `=` as `=3D`. */
function tokenIn(source: Buffer): string | undefined {
  const unfolded = source
    .toString("latin1")
    .replaceAll(/=\r?\n/g, "")
    .replaceAll("=3D", "=")
  return /[?&]token=([\w.-]+)/.exec(unfolded)?.[1]
}
