import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import sweepPasswordResets from "../../src/jobs/sweep-password-resets"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { checkStart } from "../../src/modules/password-reset/start-checks"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const NEW = { password: "new-password" }
const TABLES = [
  "password_reset",
  "password_notice",
  "password_reset_cutoff",
  "password_reset_known_client",
  "password_reset_throttle",
]

withStore(
  "a server that is up before `db:migrate`",
  (store) => {
    const rename = async (from: string, to: string) => {
      for (const table of TABLES) {
        await store.sql(`ALTER TABLE ${from}${table} RENAME TO ${to}${table}`)
      }
    }
    /** The module, as it is where it has not found its tables yet. */
    const forget = () =>
      Object.assign(store.container().resolve(PASSWORD_RESET_MODULE).tables, {
        areThere: false,
        askedAt: -Infinity,
      })
    const beforeMigration = async (work: () => Promise<void>) => {
      await rename("", "not_yet_")
      forget()
      try {
        await work()
      } finally {
        await rename("not_yet_", "")
        forget()
      }
    }

    it("signs people in, registers them, and takes their sessions, as core would", async () => {
      await store.register(JANE, "old-password")
      await beforeMigration(async () => {
        const login = await store.login(JANE, "old-password")
        expect([login.status, typeof login.body.token]).toEqual([200, "string"])
        expect((await store.login(JANE, "wrong-password")).status).toBe(401)
        await store.register("joe@shop.example", "old-password")
        const bearer = { authorization: `Bearer ${String(login.body.token)}` }
        expect((await store.post("/auth/token/refresh", undefined, bearer)).status).toBe(200)
      })
    })

    it("answers resets with 503 and when to try again, and works once the tables are there", async () => {
      await store.register(JANE, "old-password")
      const token = await store.tokenFor(JANE)
      await beforeMigration(async () => {
        const answers = [
          await store.requestReset(JANE),
          await store.check(token),
          await store.update(token, NEW),
        ]
        for (const { status, body, headers } of answers) {
          expect([status, headers.get("retry-after")]).toEqual([503, "30"])
          expect(body).toEqual({
            type: "unexpected_state",
            code: "not_ready",
            message: "The shop is being updated. Try again in 30 seconds.",
          })
        }
      })

      expect((await store.check(token)).status).toBe(200)
      expect((await store.update(token, NEW)).status).toBe(200)
    })

    it("says so in one line at the start, and in none a sweep", async () => {
      const { options } = store.container().resolve(PASSWORD_RESET_MODULE)
      const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
      const warn = jest.spyOn(logger, "warn").mockImplementation(() => undefined)
      await beforeMigration(async () => {
        await checkStart(
          store.container().resolve(ContainerRegistrationKeys.CONFIG_MODULE),
          options,
          store.container().resolve(ContainerRegistrationKeys.PG_CONNECTION),
          logger,
        )
        await sweepPasswordResets(store.container())
      })
      const lines = warn.mock.calls.map(([line]) => String(line))
      warn.mockRestore()

      expect(lines.filter((line) => /its tables|no sweep/.test(line))).toEqual([
        expect.stringMatching(/its tables are missing, so resets answer 503; logins work\. Run/),
      ])
    })
  },
  ({ modules }) => {
    const { throttle } = modules.passwordReset!.options
    Object.assign(throttle as object, { spacing: 0 })
  },
)
