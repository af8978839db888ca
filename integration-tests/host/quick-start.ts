import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect } from "../../support/checks"
import { runCommand } from "../../support/children"
import { installStore } from "../../support/installed-store"
import { ROOT } from "../../support/paths"
import { startShop } from "../../support/shop"
import { createTemporaryFolder } from "../../support/temporary-folder"

const HOME = join(ROOT, ".cache/quick-start")
const STOREFRONT = "http://localhost:8000"

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
 * @param plugin the folder of the unpacked plugin
 */
export async function followQuickStart(plugin: string): Promise<void> {
  const { path: template, remove } = await createTemporaryFolder("fresh-store-")
  try {
    for (const [name, content] of Object.entries(FRESH_STORE)) {
      await writeFile(join(template, name), JSON.stringify(content))
    }
    await configureStore(template)
    await installStore(HOME, { plugin, template })
  } finally {
    await remove()
  }
  await runQuickStart(HOME)
}

/** Writes the README's configuration and its `.env` into a store. */
export async function configureStore(home: string): Promise<void> {
  const readme = await readReadme()
  await writeFile(join(home, "medusa-config.ts"), blockWith(readme, "defineConfig"))
  await writeFile(join(home, ".env"), blockWith(readme, "STOREFRONT_URL="))
}

/** Starts a store, and does the rest of what the README says: a registration, a request, its mail. */
export async function runQuickStart(home: string): Promise<void> {
  const readme = await readReadme()
  const shop = await startShop({ cwd: home })
  try {
    const commands = blockWith(readme, "/register").replaceAll("http://localhost:9000", shop.url)
    await runCommand("bash", ["-ec", commands.replaceAll("curl ", "curl -sf ")])
    const { from, subject, text } = await shop.inbox.waitForMail("jane@shop.example")
    expect(from[0]?.address === "no-reply@shop.example", `from ${JSON.stringify(from)}`)
    expect(subject.startsWith("Reset your password"), subject)
    expect(text.includes(`${STOREFRONT}/reset-password?token=`), text)
    const warnings = shop.store.log.split("\n").filter((line) => /warn.*password-reset:/.test(line))
    expect(!warnings.length, warnings.join("\n"))
    await expectCors(shop.url)
  } finally {
    await shop.stop()
  }
}

function readReadme(): Promise<string> {
  return readFile(join(ROOT, "README.md"), "utf8")
}

/** The block of code in a page that holds a text. */
function blockWith(page: string, text: string): string {
  const blocks = [...page.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = ""]) => block)
  const found = blocks.find((block) => block.includes(text))
  if (!found) {
    throw new Error(`no block of code has ${text}`)
  }
  return found
}

/** A page of the storefront may call the auth routes from a browser. */
async function expectCors(url: string): Promise<void> {
  const { headers } = await fetch(`${url}/auth/customer/emailpass/update`, {
    method: "OPTIONS",
    headers: { origin: STOREFRONT, "access-control-request-method": "POST" },
  })
  const allowed = headers.get("access-control-allow-origin")
  expect(allowed === STOREFRONT, `pages of ${allowed} may call it`)
}
