import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "../../support/checks.mjs"
import { installStore } from "../../support/installed-store.mjs"
import { startShop } from "../../support/shop.mjs"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const HOME = join(ROOT, ".cache/quick-start")
const run = promisify(execFile)

/** What `create-medusa-app` leaves, as far as the quick start needs it. */
const FRESH_STORE = {
  "package.json": {
    name: "fresh-store",
    private: true,
    version: "0.0.0",
    dependencies: { "@medusajs/medusa": "*" },
  },
  "tsconfig.json": {
    compilerOptions: { target: "ES2021", module: "Node16", moduleResolution: "Node16" },
    "ts-node": { swc: true },
    include: ["**/*"],
  },
}

/**
 * Does what the README's quick start says, to the letter: its configuration, its `.env`, its commands. Only
 * ports and the database are others.
 *
 * @param {string} plugin the unpacked plugin
 */
export async function followQuickStart(plugin) {
  const readme = await readFile(join(ROOT, "README.md"), "utf8")
  const blockWith = (text) => {
    const blocks = [...readme.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block]) => block)
    return blocks.find((block) => block.includes(text)) ?? expect(false, `no block has ${text}`)
  }
  const template = await mkdtemp(join(tmpdir(), "fresh-store-"))
  for (const [name, content] of Object.entries(FRESH_STORE)) {
    await writeFile(join(template, name), JSON.stringify(content))
  }
  await writeFile(join(template, "medusa-config.ts"), blockWith("defineConfig"))
  await writeFile(join(template, ".env"), blockWith("STOREFRONT_URL="))
  await installStore(HOME, { plugin, template })
  await rm(template, { recursive: true })
  const shop = await startShop({ cwd: HOME })
  try {
    const commands = blockWith("/register").replaceAll("http://localhost:9000", shop.url)
    await run("bash", ["-ec", commands.replaceAll("curl ", "curl -sf ")])
    const { from, subject, text } = await shop.inbox.waitForMail("jane@shop.example")
    expect(from[0].address === "no-reply@shop.example", `from ${JSON.stringify(from)}`)
    expect(subject.startsWith("Reset your password"), subject)
    expect(text.includes("http://localhost:8000/reset-password?token="), text)
    const warnings = shop.store.log.split("\n").filter((line) => /warn.*password-reset:/.test(line))
    expect(!warnings.length, warnings.join("\n"))
    await expectCors(shop.url)
  } finally {
    await shop.stop()
  }
}

/** A page of the storefront may call the auth routes from a browser. */
async function expectCors(url) {
  const origin = "http://localhost:8000"
  const { headers } = await fetch(`${url}/auth/customer/emailpass/update`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  })
  const allowed = headers.get("access-control-allow-origin")
  expect(allowed === origin, `pages of ${allowed} may call it`)
}
