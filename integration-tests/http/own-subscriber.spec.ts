import { Modules } from "@medusajs/framework/utils"
import sweepPasswordResets from "../../src/jobs/sweep-password-resets"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import type { PasswordResetEvent } from "../../src"
import { startPasswordResetWorkflow } from "../../src/workflows"
import { until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "a store that sends its mails itself (`email: false`)",
  (store) => {
    const events: PasswordResetEvent[] = []

    const keep = async ({ data }: { data: unknown }) => void events.push(data as PasswordResetEvent)
    const bus = () => store.container().resolve(Modules.EVENT_BUS)

    afterEach(() => {
      bus().unsubscribe("auth.password_reset", keep, { subscriberId: "of-the-store" })
    })

    beforeEach(async () => {
      events.length = 0
      bus().subscribe("auth.password_reset", keep, { subscriberId: "of-the-store" })
      await store.register(JANE, "old-password")
    })

    /** Waits for the worker too: the event is emitted shortly before the row is finished. */
    const eventAfter = async (before: number) => {
      await until(() => events.length > before, "the event")
      await store.settled()
      return events.at(-1)!
    }

    const tokenFor = async () => {
      const before = events.length
      await store.requestReset(JANE)
      return (await eventAfter(before)).token
    }

    it("gets one event for each reset, and uses all else", async () => {
      const token = await tokenFor()

      expect(await store.resets()).toMatchObject([{ status: "issued", due_at: null, attempts: 1 }])
      expect((await store.check(token)).status).toBe(200)
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
      expect((await store.update(token, { password: "newer-password" })).body.code).toBe(
        "token_used",
      )
      await sweepPasswordResets(store.container())
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(events).toHaveLength(1)
      expect(store.inbox.mails).toEqual([])
      expect(await store.notices()).toEqual([])
    })

    it("gets it although a worker crashed before it could mint a token", async () => {
      const { resetRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
      await store.asOtherWorker(async (claim) => {
        await resetRepository.accept({ identifier: JANE, actor_type: "customer", metadata: {} })
        await claim(10)
      })
      await store.sql(`UPDATE password_reset SET due_at = now()`)
      await sweepPasswordResets(store.container())
      await eventAfter(0)

      expect(store.inbox.mails).toEqual([])
      expect(await store.resets()).toMatchObject([{ status: "issued", attempts: 2, due_at: null }])
    })

    it("gets it although the event bus lost the one of a token that was handed out", async () => {
      const emit = jest.spyOn(bus(), "emit").mockRejectedValueOnce(new Error("away"))
      const { result } = await startPasswordResetWorkflow(store.container()).run({
        input: { identifier: JANE, token: "both", start: { started_by: "api-key:1" } },
      })
      emit.mockRestore()
      expect((await store.check(result.token!)).status).toBe(200)
      expect(events).toEqual([])
      await store.sql(`UPDATE password_reset SET due_at = now()`)
      await sweepPasswordResets(store.container())
      await eventAfter(0)

      expect((await store.check(events[0]!.token)).status).toBe(200)
      expect(await store.resets()).toMatchObject([{ status: "issued", due_at: null }])
    })

    it("gets one event for a token that was handed out as well", async () => {
      const { result } = await startPasswordResetWorkflow(store.container()).run({
        input: { identifier: JANE, token: "both", start: { started_by: "api-key:1" } },
      })
      await eventAfter(0)

      expect(events).toMatchObject([{ entity_id: JANE, token: result.token }])
      expect(await store.resets()).toMatchObject([{ status: "issued", due_at: null }])
    })

    it("keeps one live link for each account, the newest", async () => {
      const older = await tokenFor()
      const newer = await tokenFor()

      expect((await store.check(older)).body.code).toBe("token_superseded")
      expect((await store.check(newer)).status).toBe(200)
    })

    it("has nobody told which sign-in to use", async () => {
      await store.storeOtherSignIn("joe@shop.example")
      await store.requestReset("joe@shop.example")
      await store.settled()

      expect(await store.resets()).toMatchObject([{ status: "ignored" }])
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = false
  },
)
