import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { type MailContent, type MailKind, type MailLook, renderMail } from "../src/domain/mails"
import { MAILS } from "../src/domain/mails/__tests__/samples"
import { isLanguage, LANGUAGES } from "../src/domain/mails/languages/languages"
import { runMain } from "../support/main"
import { page } from "./emails-page"

const LOGO = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 36"><circle cx="18" cy="18" r="16" fill="#0f766e"/><path d="M10 19l6 6 11-13" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/><text x="44" y="25" font-family="Georgia,serif" font-size="20" font-weight="700" fill="#134e4a">Fjordhus</text></svg>`,
)}`
const STORES = {
  plain: { storeName: "Jane's Shop", branding: {} },
  branded: {
    storeName: "Fjordhus",
    branding: {
      logo: { url: LOGO, width: 140, height: 36 },
      color: "#0f766e",
      supportAddress: "help@shop.example",
    },
  },
  bright: { storeName: "Sunny Side", branding: { color: "#ffd400" } },
} satisfies Record<string, Pick<MailLook, "storeName" | "branding">>
const KINDS = Object.keys(MAILS) as MailKind[]

type StoreName = keyof typeof STORES

/**
 * `npm run emails`: every mail in every language, to look at in the browser, until Ctrl+C.
 * `npm run emails -- --write <folder>` writes them all as files instead.
 */
runMain(async () => {
  const [option, folder] = process.argv.slice(2)
  if (option === "--write" && folder) {
    await writeAll(folder)
  } else if (option) {
    throw new Error("Usage: npm run emails [-- --write <folder>]")
  } else {
    await serve()
  }
})

function render(kind: MailKind, locale: string, store: StoreName): MailContent {
  const look = { ...STORES[store], locale, timeZone: "Europe/Berlin", locales: {} }
  return renderMail(MAILS[kind], look)
}

async function writeAll(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const kind of KINDS) {
    for (const locale of LANGUAGES) {
      const { subject, html, text } = render(kind, locale, "branded")
      await writeFile(join(folder, `${kind}.${locale}.html`), html)
      await writeFile(join(folder, `${kind}.${locale}.txt`), `${subject}\n\n${text}`)
    }
  }
  console.log(`Wrote ${KINDS.length * LANGUAGES.length} mails to ${folder}`)
}

async function serve(): Promise<void> {
  const server = createServer(answer).listen(Number(process.env.PORT) || 0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  console.log(`\n  The mails: ${url}\n  Ctrl+C stops.\n`)
  if (process.stdout.isTTY) {
    openInBrowser(url)
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://localhost")
  const reply = (status: number, type: string, body: string) => {
    response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body)
  }
  if (pathname === "/") {
    return reply(200, "text/html", page({ kinds: KINDS, languages: LANGUAGES }))
  }
  const [, kind = "", locale = "", store = ""] = pathname.split("/")
  if (!isKind(kind) || !isLanguage(locale) || !isStore(store)) {
    return reply(404, "text/plain", "No such mail\n")
  }
  reply(200, "application/json", JSON.stringify(render(kind, locale, store)))
}

function isKind(name: string): name is MailKind {
  return Object.hasOwn(MAILS, name)
}

function isStore(name: string): name is StoreName {
  return Object.hasOwn(STORES, name)
}

/** Opens the default browser. Where there is none, the printed address must do. */
function openInBrowser(url: string): void {
  const commands: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", ""],
  }
  const [command = "xdg-open", ...args] = commands[process.platform] ?? []
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref()
}
