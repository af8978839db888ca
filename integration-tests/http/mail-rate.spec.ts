import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { outcomeOf } from "../../src/domain/mails/mail-fate"
import { until } from "../inbox"
import { withStore } from "../store"

const SPACING = 3
/** Two a second. */
const MAILS_PER_MINUTE = 120

withStore(
  "mails",
  (store) => {
    const account = async (email: string) => {
      await store.register(email, "old-password")
      return email
    }
    const statuses = async () => (await store.resets()).map(({ status }) => status).sort()

    it("go out once for requests close together, and once more after a while", async () => {
      const jane = await account("jane@shop.example")
      const first = await store.tokenFor(jane)

      await store.requestReset(jane)
      await store.requestReset("JANE@shop.example")
      await store.settled()

      expect(store.inbox.mails).toHaveLength(1)
      expect(await statuses()).toEqual(["sent", "superseded", "superseded"])
      expect((await store.check(first)).status).toBe(200)

      await new Promise((resolve) => setTimeout(resolve, SPACING * 1000))
      const second = await store.tokenFor(jane)

      expect(store.inbox.mails).toHaveLength(2)
      expect((await store.check(first)).body.code).toBe("token_superseded")
      expect((await store.check(second)).status).toBe(200)
    })

    it("are one for ten requests at once, and one link lives", async () => {
      const joan = await account("joan@shop.example")

      await Promise.all(Array.from({ length: 10 }, () => store.requestReset(joan)))
      await store.settled()

      expect(store.inbox.mails).toHaveLength(1)
      expect(await statuses()).toEqual(["sent", ...Array(9).fill("superseded")])
    })

    it("go out at once when the link that was sent has been used", async () => {
      const jill = await account("jill@shop.example")
      await store.update(await store.tokenFor(jill), { password: "new-password" })

      expect((await store.check(await store.tokenFor(jill))).status).toBe(200)
    })

    it("that arrive in another order than their links were made leave the newest alive", async () => {
      const jade = await account("jade@shop.example")
      const { resetRepository, deliveryRepository } = store
        .container()
        .resolve(PASSWORD_RESET_MODULE)
      const [identity] = await store.sql<{ id: string; auth_identity_id: string }>(
        `SELECT id, auth_identity_id FROM provider_identity WHERE entity_id = ?`,
        [jade],
      )
      const ids: string[] = []
      await store.asOtherWorker(async () => {
        for (const token_hash of ["older", "newer"]) {
          // Two instances may do this at the same time, each for its own request.
          const { id } = await resetRepository.accept({
            identifier: jade,
            actor_type: "customer",
            metadata: {},
          })
          await resetRepository.recordIssued([
            {
              id,
              attempt: 0,
              status: "issued",
              mail: "reset",
              actor_type: "customer",
              actor_id: null,
              mailbox: null,
              entity_id: jade,
              provider_identity_id: identity!.id,
              auth_identity_id: identity!.auth_identity_id,
              token_hash,
              expires_at: new Date(Date.now() + 60_000),
            },
          ])
          ids.push(id)
        }
      })

      for (const id of ids.reverse()) {
        await deliveryRepository.recordDelivered([
          outcomeOf({ id, attempt: 0 }, jade, { fate: "taken" }),
        ])
      }

      const alive = (await store.resets()).filter(({ status }) => status === "sent")
      expect(alive.map(({ token_hash }) => token_hash)).toEqual(["newer"])
    })

    it("are spread over the minute of which the shop may send so many, and none is lost", async () => {
      const accounts = await Promise.all(
        Array.from({ length: 10 }, (_, index) => account(`somebody-${index}@shop.example`)),
      )
      await Promise.all(accounts.map((email) => store.requestReset(email)))
      await until(() => store.inbox.mails.length === accounts.length, "all mails", 60_000)
      await store.settled()

      const started = (await store.resets()).map(({ issued_at }) => issued_at!.getTime()).sort()
      // Two may start in any second. A third one has to wait until the first is a second old.
      for (let index = 2; index < started.length; index++) {
        expect(started[index]! - started[index - 2]!).toBeGreaterThanOrEqual(950)
      }
    })
  },
  ({ modules }) => {
    const { throttle } = modules.passwordReset!.options
    Object.assign(throttle, { spacing: SPACING, mailsPerMinute: MAILS_PER_MINUTE })
  },
)
