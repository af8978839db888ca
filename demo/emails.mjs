import { spawn } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/**
 * `npm run emails`: every mail in every language, to look at in the browser, until Ctrl+C.
 * `npm run emails -- --write <folder>` writes them all as files instead.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url))
const EMAILS = join(ROOT, "src/domain/mails")
const require = createRequire(import.meta.url)

// The templates are TypeScript; Medusa's own commands load a project's in the same way.
require("ts-node").register({
  cwd: ROOT,
  transpileOnly: true,
  compilerOptions: { module: "commonjs", moduleResolution: "node" },
})
const { renderMail } = require(EMAILS)
const { LANGUAGES } = require(join(EMAILS, "languages/languages"))
const { MAILS } = require(join(EMAILS, "__tests__/samples"))

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
}

function render(kind, locale, store) {
  const look = { ...STORES[store], locale, timeZone: "Europe/Berlin", locales: {} }
  return renderMail(MAILS[kind], look)
}

async function writeAll(folder) {
  await mkdir(folder, { recursive: true })
  for (const kind of Object.keys(MAILS)) {
    for (const locale of LANGUAGES) {
      const { subject, html, text } = render(kind, locale, "branded")
      await writeFile(join(folder, `${kind}.${locale}.html`), html)
      await writeFile(join(folder, `${kind}.${locale}.txt`), `${subject}\n\n${text}`)
    }
  }
  console.log(`Wrote ${Object.keys(MAILS).length * LANGUAGES.length} mails to ${folder}`)
}

function answer(request, response) {
  const url = new URL(request.url, "http://localhost")
  const reply = (status, type, body) => {
    response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body)
  }
  if (url.pathname === "/") {
    return reply(200, "text/html", page())
  }
  const [, kind, locale, store] = url.pathname.split("/")
  const isKnown =
    Object.hasOwn(MAILS, kind) && LANGUAGES.includes(locale) && Object.hasOwn(STORES, store)
  if (!isKnown) {
    return reply(404, "text/plain", "No such mail\n")
  }
  reply(200, "application/json", JSON.stringify(render(kind, locale, store)))
}

/** The page that shows a mail; it asks this server for each. */
function page() {
  const names = new Intl.DisplayNames("en", { type: "language" })
  const select = (name, options) => `<label>${name}<select name="${name.toLowerCase()}">
    ${options.map(([value, shown]) => `<option value="${value}">${shown}</option>`).join("")}
  </select></label>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The mails of medusa-plugin-password-reset</title>
<link rel="icon" href="data:,">
<style>
  * { box-sizing: border-box }
  body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: #e8eaee;
    color: #1b1d21; font: 15px/1.4 system-ui, sans-serif }
  form { display: flex; flex-wrap: wrap; gap: 12px 20px; padding: 14px 20px; background: #fff;
    border-bottom: 1px solid #d5d9e0 }
  label { display: flex; flex-direction: column; gap: 4px; font-size: 12px; color: #5a606c }
  select { font: inherit; font-size: 15px; padding: 6px 8px; border: 1px solid #b9bfca;
    border-radius: 6px; background: #fff; color: #1b1d21 }
  strong { unicode-bidi: isolate }
  p { margin: 0; padding: 12px 20px; text-align: center; overflow-wrap: anywhere }
  main { flex: 1; display: flex; justify-content: center; padding: 0 20px 20px; min-height: 0 }
  iframe { width: 100%; height: 100%; border: 0; border-radius: 12px; background: #fff;
    box-shadow: 0 4px 24px #0002; transition: max-width .2s }
</style>
<form>
  ${select(
    "Mail",
    Object.keys(MAILS).map((kind) => [kind, kind]),
  )}
  ${select(
    "Language",
    LANGUAGES.map((tag) => [tag, `${names.of(tag)} (${tag})`]),
  )}
  ${select("Store", [
    ["plain", "plain"],
    ["branded", "logo and colour"],
    ["bright", "bright colour"],
  ])}
  ${select("Width", [
    ["1024", "desktop"],
    ["360", "phone, 360"],
    ["320", "phone, 320"],
  ])}
  ${select("Colours", [
    ["light", "light"],
    ["dark", "dark"],
  ])}
  ${select("Part", [
    ["html", "HTML"],
    ["text", "text"],
  ])}
</form>
<p>Subject: <strong dir="auto"></strong></p>
<main><iframe title="The mail" sandbox="allow-same-origin"></iframe></main>
<script>
  const form = document.forms[0], frame = document.querySelector("iframe")
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (form.elements[name]) form.elements[name].value = value
  }
  async function show() {
    const wish = Object.fromEntries(new FormData(form))
    history.replaceState(null, "", "#" + new URLSearchParams(wish))
    const mail = await (await fetch("/" + [wish.mail, wish.language, wish.store].join("/"))).json()
    document.querySelector("strong").textContent = mail.subject
    frame.style.maxWidth = wish.width + "px"
    frame.onload = () => darken(frame.contentDocument, wish.colours === "dark")
    frame.srcdoc = wish.part === "html" ? mail.html : "<pre>"
    frame.addEventListener("load", () => {
      const pre = frame.contentDocument.querySelector("pre")
      if (pre) {
        pre.textContent = mail.text
        pre.style = "margin:24px;font:15px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere"
        pre.dir = "auto"
      }
    }, { once: true })
  }
  // The choice stands in for the reader's own setting.
  function darken(mail, dark) {
    for (const sheet of mail.styleSheets) for (const rule of sheet.cssRules) {
      if (rule.media?.mediaText.includes("prefers-color-scheme")) rule.media.mediaText = dark ? "all" : "not all"
    }
    mail.documentElement.style.colorScheme = dark ? "dark" : "light"
  }
  form.onchange = show
  show()
</script>
</html>`
}

/** Opens the default browser; where there is none, the printed address must do. */
function open(url) {
  const [command, ...args] = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] }[
    process.platform
  ] ?? ["xdg-open"]
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref()
}

const [option, folder] = process.argv.slice(2)
if (option === "--write" && folder) {
  await writeAll(folder)
} else if (option) {
  console.error("Usage: npm run emails [-- --write <folder>]")
  process.exitCode = 1
} else {
  const server = createServer(answer)
  server.on("error", (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  server.listen(Number(process.env.PORT) || 0, "127.0.0.1", () => {
    const url = `http://127.0.0.1:${server.address().port}`
    console.log(`\n  The mails: ${url}\n  Ctrl+C stops.\n`)
    if (process.stdout.isTTY) {
      open(url)
    }
  })
}
