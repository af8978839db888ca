import { once } from "node:events"
import { buffer } from "node:stream/consumers"
import { SMTPServer } from "smtp-server"

/**
 * A mail server in a process of its own (`fork`): takes every mail, and remembers when, and with which
 * token. Asked by messages: `forget`, `tally`, or a `count` and a `patience`, answered by all that has come.
 */
const started = performance.timeOrigin
let mails = []
let waiting

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  disableReverseLookup: true,
  closeTimeout: 100,
  onData: (stream, session, callback) => {
    const keep = async () => {
      const source = (await buffer(stream)).toString("latin1")
      const at = started + performance.now()
      mails.push({ to: session.envelope.rcptTo[0].address, at, token: tokenIn(source) })
      report()
    }
    keep().then(() => callback(), callback) // A server that is stopped hangs up in the middle.
  },
})

/** The token in a mail as it goes over the wire: quoted-printable breaks lines, and writes `=` as `=3D`. */
function tokenIn(source) {
  const unfolded = source.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=")
  return /[?&]token=([\w.-]+)/.exec(unfolded)?.[1]
}

function report() {
  if (waiting && mails.length >= waiting.count) {
    clearTimeout(waiting.timer)
    process.send({ mails })
    waiting = undefined
  }
}

process.on("message", ({ forget, tally, count, patience }) => {
  if (tally) {
    return process.send({ mails: mails.length })
  }
  if (forget) {
    mails = []
    return process.send({ forgotten: true })
  }
  const timer = setTimeout(() => {
    waiting = undefined
    process.send({ mails })
  }, patience)
  waiting = { count, timer }
  report()
})
process.on("disconnect", () => process.exit())

server.on("error", () => undefined) // Connections that the other side drops.
server.listen(0, "127.0.0.1")
await once(server.server, "listening")
process.send({ port: server.server.address().port })
