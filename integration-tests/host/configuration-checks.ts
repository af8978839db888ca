import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Checks, expect, expectStatuses } from "../../support/checks"
import { Client } from "../../support/client"
import { freePort } from "../../support/free-port"
import { PLUGIN } from "../../support/paths"
import { Store } from "../../support/store"
import { until } from "../../support/until"

type Change = { before: string; after: string }

/** What a store that is set up otherwise meets: each check starts a server of its own. */
export async function checkConfigurations({ test }: Checks, store: Store): Promise<void> {
  await test("lets a store hook into its workflows", () => expectHook(store))
  await test("starts without its provider and its mail server, and says so", () =>
    expectWarnings(store))
  await test("is stopped at the start by a bad option, in a line that names it", () =>
    expectNoStart(
      store,
      { before: "resetUrl: {", after: "tokenTtl: 5, resetUrl: {" },
      "`tokenTtl`: Too small",
    ))
  await test("is stopped at the start by a bad SMTP URL, in a line that names it", () =>
    expectNoStart(
      store,
      { before: "url: SMTP_URL", after: `url: "https://x"` },
      "`url`: must be an SMTP URL",
    ))
}

/** A store hooks into what it imports by the package's name. The routes must run that, and no other copy. */
async function expectHook({ cwd, env }: Store): Promise<void> {
  const file = join(cwd, "src/workflows/refuse.js")
  await writeFile(
    file,
    `const { requestPasswordResetWorkflow } = require("${PLUGIN}/workflows")
     const { MedusaError } = require("@medusajs/framework/utils")
     requestPasswordResetWorkflow.hooks.validate(({ identifier }) => {
       if (identifier.endsWith("@blocked.example")) {
         throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "Not from here")
       }
     })`,
  )
  const store = new Store({ cwd, env })
  try {
    const client = new Client(await store.start(await freePort()))
    const answers = [
      await client.ask("jane@blocked.example"),
      await client.ask("jane@shop.example"),
    ]
    expectStatuses(answers, [400, 201])
  } finally {
    await store.stop()
    await rm(file)
  }
}

/** Starts a server that lacks what operators forget. It must come up, and say what is missing. */
async function expectWarnings({ cwd, env }: Store): Promise<void> {
  const forgotten = {
    before: `${PLUGIN}/providers/emailpass`,
    after: "@medusajs/medusa/auth-emailpass",
  }
  const store = new Store({ cwd, env: { ...env, SMTP_URL: "smtp://127.0.0.1:1" } })
  await withChange(store, forgotten, async () => {
    await store.start(await freePort())
    const lines = ["still uses Medusa's own emailpass provider", "the mail server 127.0.0.1:1"]
    const areSaid = () =>
      store.log.includes(`${PLUGIN}: the `) && lines.every((line) => store.log.includes(line))
    await until(areSaid, "the warnings").catch(() => undefined)
    expect(areSaid(), store.lastLines())
  })
}

/** Starts a server with one place in its configuration changed. It must end, and say why. */
async function expectNoStart({ cwd, env }: Store, change: Change, line: string): Promise<void> {
  const store = new Store({ cwd, env })
  await withChange(store, change, async () => {
    const isStarted = await store.start(await freePort()).then(
      () => true,
      () => false,
    )
    expect(!isStarted, "it started")
    expect(store.log.includes(`bad options in medusa-config: ${line}`), store.log)
  })
}

/** Works with a configuration that is changed in one place, stops the server, and changes it back. */
async function withChange(
  store: Store,
  { before, after }: Change,
  work: () => Promise<void>,
): Promise<void> {
  const config = join(store.cwd, "medusa-config.js")
  const original = await readFile(config, "utf8")
  expect(original.includes(before), `the configuration has no ${before}`)
  await writeFile(config, original.replace(before, after))
  try {
    await work()
  } finally {
    await store.stop()
    await writeFile(config, original)
  }
}
