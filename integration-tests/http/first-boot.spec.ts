import type { ConfigModule } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import indexEmailpassAddresses from "../../src/migration-scripts/index-emailpass-addresses"
import indexOtherSignIns from "../../src/migration-scripts/index-other-sign-ins"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { checkStart } from "../../src/modules/password-reset/start-checks"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "a store at its first boot, with nothing but the plugin",
  (store) => {
    const config = () =>
      store.container().resolve(ContainerRegistrationKeys.CONFIG_MODULE) as ConfigModule
    const warnings = async (notification = config().modules!.notification) => {
      const container = store.container()
      const lines: string[] = []
      const logger = { warn: (line: string) => void lines.push(line) }
      await checkStart(
        { ...config(), modules: { ...config().modules, notification } } as ConfigModule,
        container.resolve(PASSWORD_RESET_MODULE).options,
        container.resolve(ContainerRegistrationKeys.PG_CONNECTION),
        logger as never,
      )
      return lines
    }

    it("starts, and says in one line each what is missing and what to write", async () => {
      const lines = await warnings()

      expect(lines).toEqual([
        expect.stringMatching(
          /Medusa's own emailpass provider.*resolve: "medusa-plugin-password-reset\/providers\/emailpass", id: "emailpass"/,
        ),
        expect.stringMatching(
          /no notification provider serves the channel "email".*medusa-plugin-password-reset\/providers\/smtp.*"feed"/,
        ),
        expect.stringMatching(
          /no `resetUrl` for "customer", so their resets end as failed.*resetUrl: \{ customer: "https:/,
        ),
        expect.stringMatching(
          /an index for addresses is missing.*npx medusa db:migrate.*CREATE INDEX CONCURRENTLY/,
        ),
      ])
      for (const line of lines) {
        expect(line).not.toContain("\n")
      }
    })

    it("only warns where the mail server can't be reached", async () => {
      const smtp = { channels: ["email"], url: "smtp://127.0.0.1:1", from: "a@shop.example" }
      const { notification } = config().modules as Record<string, object>
      const providers = [{ resolve: "./src/providers/smtp", id: "smtp", options: smtp }]

      const lines = await warnings({ ...notification, options: { providers } })

      expect(lines.filter((line) => /mail server|channel/.test(line))).toEqual([
        expect.stringMatching(
          /the mail server 127.0.0.1:1 can't be used now \(.*ECONNREFUSED.*\). Check `url` of the provider "smtp"/,
        ),
      ])
    })

    it("says where to write the token for a page that reads its address behind the #", async () => {
      const { resetUrl } = store.container().resolve(PASSWORD_RESET_MODULE).options
      const page = "https://shop.example/#/reset"
      resetUrl.customer = page
      const lines = await warnings()
      resetUrl.customer = `${page}?token={token}`
      const after = await warnings()
      delete resetUrl.customer

      expect(lines.filter((line) => line.includes("fragment"))).toEqual([
        expect.stringContaining(`Write where it belongs, such as ${page}?token={token}`),
      ])
      expect(after.filter((line) => line.includes("resetUrl"))).toEqual([])
    })

    it("says that a `server` alone sweeps nothing up", async () => {
      const { projectConfig } = config()
      projectConfig.workerMode = "server"
      const lines = await warnings()
      projectConfig.workerMode = "shared"

      expect(lines.filter((line) => /`worker`/.test(line))).toEqual([
        expect.stringMatching(/this instance is a `server`.*Start a `worker`.*event-bus-redis/),
      ])
    })

    it("says nothing of the index once the migration script has run", async () => {
      const knex = store.container().resolve(ContainerRegistrationKeys.PG_CONNECTION)
      const build = async () => {
        for (const script of [indexEmailpassAddresses, indexOtherSignIns]) {
          await script({ container: store.container() as never, args: [] })
        }
      }
      await build()
      await knex.raw(
        `UPDATE pg_index SET indisvalid = false
          WHERE indexrelid = '"IDX_password_reset_emailpass_address"'::regclass`,
      ) // An interrupted build leaves the index like this.
      expect((await warnings()).filter((line) => line.includes("index"))).toHaveLength(1)
      await build()
      await build()
      const lines = await warnings()
      await knex.raw(
        `DROP INDEX "IDX_password_reset_emailpass_address", "IDX_password_reset_other_sign_in"`,
      )

      expect(lines.filter((line) => line.includes("index"))).toEqual([])
    })

    it("answers a request as ever; the row ends as failed and says why", async () => {
      await store.register(JANE, "old-password")

      expect((await store.requestReset(JANE)).status).toBe(201)
      await store.settled()

      expect(await store.resets()).toMatchObject([
        { status: "failed", failure_reason: "this plugin's emailpass provider is not in use" },
      ])
    })

    it("sets no password with a token that core's provider would not spend", async () => {
      await store.register(JANE, "old-password")
      const token = await store.coreTokenWithoutMail(JANE)

      const answer = await store.update(token, { password: "new-password" })

      expect([answer.status, answer.body.type]).toEqual([500, "unexpected_state"])
      expect((await store.login(JANE, "old-password")).status).toBe(200)
      expect((await store.check(token)).status).toBe(200)
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options = {}
    modules.auth!.options.providers = [
      { resolve: "@medusajs/medusa/auth-emailpass", id: "emailpass" },
    ]
    modules.notification!.options.providers = modules.notification!.options.providers.filter(
      ({ id }: { id: string }) => id === "local",
    )
  },
)
