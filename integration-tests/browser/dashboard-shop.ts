import { expectSame } from "../../support/checks"
import { Client } from "../../support/client"
import { freePort } from "../../support/free-port"
import { MailServer } from "../../support/mail-server"
import { ROOT } from "../../support/paths"
import { startPostgres } from "../../support/postgres"
import { environmentOf } from "../../support/shop"
import { Store } from "../../support/store"
import { launchChromium } from "./chromium"
import { Dashboard } from "./dashboard"
import type { Steps } from "./steps"

/** The machine may be busy. */
const PAGE_TIMEOUT_MS = 120_000

export const ADMIN = "admin@shop.example"
export const OLD_PASSWORD = "the-old-password"

/** A shop with its dashboard, and a browser that looks at it. */
export type DashboardShop = { url: string; dashboard: Dashboard; mailServer: MailServer }

/** What has been started so far: to show when a step fails, and to stop in the end. */
export class Started {
  store: Store | undefined
  dashboard: Dashboard | undefined
  private readonly stops: (() => Promise<void>)[] = []

  add<Part extends { stop: () => Promise<void> }>(part: Part): Part {
    this.stops.push(() => part.stop())
    return part
  }

  /** Stops everything, what was started last first. */
  async stop(): Promise<void> {
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) {
      await stop()
    }
  }

  /** Prints what a person needs to see why a step failed. */
  async show(): Promise<void> {
    if (this.dashboard) {
      console.error(`    at ${this.dashboard.page.url()}`)
      await this.dashboard.takePicture("failed")
    }
    const lines = this.store?.lastLines(25).split("\n") ?? []
    console.error(lines.map((line) => `    | ${line.slice(0, 200)}`).join("\n"))
  }
}

export async function startDashboardShop(
  { step }: Steps,
  started: Started,
): Promise<DashboardShop> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const postgres = started.add(await step("Postgres starts", () => startPostgres()))
  const mailServer = started.add(await step("a mail server starts", () => MailServer.start()))
  const urls = { database: postgres.urlOf("shop"), smtp: mailServer.url, backend: url }
  // Vite serves the dashboard in development: it need not be built first.
  const env = {
    ...environmentOf(urls),
    NODE_ENV: "development",
    DISABLE_MEDUSA_ADMIN: "false",
    PLUGIN_OPTIONS: JSON.stringify({ admin: { hideUserToken: true } }),
  }
  const store = started.add(new Store({ cwd: ROOT, env }))
  started.store = store
  await step("the database is migrated", async () => {
    await postgres.createDatabase("shop")
    await store.run("db:migrate", "--skip-scripts")
  })
  await step("there is an admin", () => store.run("user", "-e", ADMIN, "-p", OLD_PASSWORD))
  await step("Medusa starts", () => store.start(port))
  await step("her password signs in by the API", () => expectSignIn(url, OLD_PASSWORD, 200))
  const dashboard = await step("the browser starts", () => openBrowser(started))
  return { url, dashboard, mailServer }
}

/** Signs the admin in by the API. */
export async function expectSignIn(url: string, password: string, status: number): Promise<void> {
  expectSame((await new Client(url).login(ADMIN, password, "user")).status, status)
}

async function openBrowser(started: Started): Promise<Dashboard> {
  const browser = await launchChromium()
  started.add({ stop: () => browser.close() })
  const page = await browser.newPage({ locale: "en-US" })
  page.setDefaultTimeout(PAGE_TIMEOUT_MS)
  started.dashboard = await Dashboard.open(page)
  return started.dashboard
}
