import { Modules } from "@medusajs/framework/utils"
import sweepPasswordResets from "../../src/jobs/sweep-password-resets"
import purgePasswordResets from "../../src/jobs/purge-password-resets"
import { stalls } from "../../src/domain/timing/stalls"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { hasFailed, outcomeOf } from "../../src/domain/mails/mail-fate"
import { linkIn, until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const JOE = "joe@shop.example"
const NEW = { password: "new-password-1" }

withStore(
  "a mail",
  (store) => {
    const records = () => store.container().resolve(Modules.NOTIFICATION).listNotifications({})
    const age = (seconds: number, condition = "true") =>
      store.sql(
        `UPDATE password_reset SET created_at = created_at - make_interval(secs => ${seconds}) WHERE ${condition}`,
      )

    describe("that the server refuses for good", () => {
      it("ends its reset as failed, with the reason, and no other mail of the same call", async () => {
        await store.register(JANE, "old-password")
        await store.register(JOE, "old-password")
        store.inbox.refused.set(JANE, 550)

        await Promise.all([store.requestReset(JANE), store.requestReset(JOE)])
        await store.settled()

        const byAddress = new Map((await store.resets()).map((reset) => [reset.identifier, reset]))
        const { status, due_at, failure_reason } = byAddress.get(JANE)!
        expect([status, due_at]).toEqual(["failed", null])
        expect(failure_reason).toMatch(
          /^The recipient was permanently refused: .*<address>: No such mailbox$/,
        )
        expect(byAddress.get(JOE)).toMatchObject({ status: "sent", failure_reason: null })
        expect(store.inbox.mails.map(({ recipients }) => recipients)).toEqual([[JOE]])
      })

      it("leaves an older link alive", async () => {
        await store.register(JANE, "old-password")
        const older = await store.tokenFor(JANE)
        store.inbox.refused.set(JANE, 550)
        await store.requestReset(JANE)
        await store.settled()

        expect((await store.check(older)).status).toBe(200)
        store.inbox.refused.clear()
        const newer = linkIn(await store.mailFor(JANE)).token
        expect((await store.check(older)).body.code).toBe("token_superseded")
        expect((await store.update(newer, NEW)).status).toBe(200)
      })
    })

    describe("that fails for now", () => {
      beforeEach(async () => {
        await store.register(JANE, "old-password")
        store.inbox.refused.set(JANE, 450)
        await store.requestReset(JANE)
        await store.settled()
      })

      it("is tried again within 30 seconds, and later and later", async () => {
        for (const [attempt, longest] of [
          [1, 20],
          [2, 20],
          [3, 40],
        ]) {
          const [reset] = await store.resets()
          expect(reset).toMatchObject({ status: "issued", attempts: attempt, sent_at: null })
          expect(reset!.failure_reason).toMatch(/<address>: Try again later$/)
          const wait = (reset!.due_at!.getTime() - Date.now()) / 1000
          expect(wait).toBeGreaterThan(longest! / 4 - 5)
          expect(wait).toBeLessThanOrEqual(longest!)
          await store.retry()
        }
        expect(store.inbox.mails).toEqual([])
      })

      it("arrives when the server takes it, with a link of its own that works", async () => {
        await store.retry()
        store.inbox.refused.clear()
        await store.retry()

        expect(store.inbox.mails).toHaveLength(1)
        const [reset] = await store.resets()
        expect(reset).toMatchObject({
          status: "sent",
          attempts: 3,
          failure_reason: null,
          due_at: null,
        })
        expect((await store.update(linkIn(store.inbox.mails[0]!).token, NEW)).status).toBe(200)
        const tried = (await records()).map((record) => [
          (record as { idempotency_key?: string }).idempotency_key,
          (record as { status?: string }).status,
        ])
        expect(tried.sort()).toEqual([
          [`${reset!.id}:1`, "failure"],
          [`${reset!.id}:2`, "failure"],
          [`${reset!.id}:3`, "success"],
        ])
      })

      it("comes for itself, without anybody's doing", async () => {
        store.inbox.refused.clear()
        await until(() => store.inbox.mails.length > 0, "the sweep")
        await store.settled()
      })

      it("is given up after the deadline of its request, with the reason", async () => {
        await age(86_400)
        await store.retry()

        expect(await store.resets()).toMatchObject([
          { status: "failed", due_at: null, failure_reason: "no worker took it up in time" },
        ])
      })

      it("is given up where the next attempt would be past the deadline", async () => {
        await age(86_395)
        await store.retry()

        const [reset] = await store.resets()
        expect(reset).toMatchObject({ status: "failed", due_at: null })
        expect(reset!.failure_reason).toMatch(/Try again later$/)
      })

      it("gives way to a newer request whose mail went out", async () => {
        store.inbox.refused.clear()
        await store.mailFor(JANE)

        expect((await store.resets()).map(({ status }) => status)).toEqual(["sent", "superseded"])
        await store.retry()
        expect(store.inbox.mails).toHaveLength(1)
      })

      it("is not sent where the account has gone meanwhile", async () => {
        store.inbox.refused.clear()
        await store.sql(`DELETE FROM provider_identity WHERE entity_id = ?`, [JANE])
        await store.retry()

        const [reset] = await store.resets()
        expect([reset!.status, reset!.entity_id]).toEqual(["ignored", null])
        expect(reset!.identifier).toMatch(/^hmac:/)
        expect(store.inbox.mails).toEqual([])
      })
    })

    it("waits for a provider where none serves the channel, and says so", async () => {
      const { email } = store.container().resolve(PASSWORD_RESET_MODULE).options
      email.channel = "pigeon"
      await store.register(JANE, "old-password")
      expect((await store.requestReset(JANE)).status).toBe(201)
      await store.settled()
      email.channel = "email"

      expect(await store.resets()).toMatchObject([
        {
          status: "issued",
          failure_reason: "Could not find a notification provider for channel: pigeon",
        },
      ])
      await store.retry()
      expect(store.inbox.mails).toHaveLength(1)
    })

    describe("arrives although the event bus", () => {
      const drop = (name: RegExp) => {
        const bus = store.container().resolve(Modules.EVENT_BUS)
        const emit = bus.emit.bind(bus)
        const spy = jest.spyOn(bus, "emit").mockImplementation(async (data, options) => {
          const kept = [data].flat().filter((event) => !name.test(String(event.name)))
          await emit(kept as never, options)
        })
        return () => spy.mockRestore()
      }

      it.each([
        ["drops the wake-up", /accepted/],
        ["drops the event with the token", /auth\.password_reset/],
        ["drops everything", /./],
      ])("%s", async (_, name) => {
        await store.register(JANE, "old-password")
        const mend = drop(name)
        try {
          await store.requestReset(JANE)
          const [mail] = await store.inbox.mailsFor(JANE)
          expect((await store.update(linkIn(mail!).token, NEW)).status).toBe(200)
          await store.inbox.mailsFor(JANE, 2) // "Your password was changed."
        } finally {
          mend()
        }
      })
    })

    it("goes out once, though its event comes twice", async () => {
      await store.register(JANE, "old-password")
      const bus = store.container().resolve(Modules.EVENT_BUS)
      const emit = bus.emit.bind(bus)
      const spy = jest.spyOn(bus, "emit").mockImplementation(async (data, options) => {
        await emit(data as never, options)
        await emit(data as never, options)
      })
      await store.mailFor(JANE)
      await new Promise((resolve) => setTimeout(resolve, 200))
      spy.mockRestore()

      expect(store.inbox.mails).toHaveLength(1)
    })

    it("is not sent again where only the note of it got lost", async () => {
      await store.register(JANE, "old-password")
      const token = await store.tokenFor(JANE)
      await store.sql(
        `UPDATE password_reset SET status = 'issued', sent_at = NULL, due_at = now() - interval '1 s'`,
      )
      await sweepPasswordResets(store.container())
      await store.settled()

      expect(await store.resets()).toMatchObject([{ status: "sent", attempts: 2 }])
      expect(store.inbox.mails).toHaveLength(1)
      expect((await store.check(token)).status).toBe(200)
    })

    it("has one worker, however often Medusa runs its job", async () => {
      const resets = store.container().resolve(PASSWORD_RESET_MODULE)
      const onShutdown = jest.spyOn(resets, "onShutdown")
      for (let job = 0; job < 3; job++) {
        await store.container().resolve(Modules.WORKFLOW_ENGINE).run("job-sweep-password-resets")
      }

      expect(onShutdown.mock.calls.length).toBeLessThanOrEqual(1)
    })

    it("belongs to one worker, even to one that has stalled until its lease was over", async () => {
      await store.register(JANE, "old-password")
      const { deliveryRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
      await store.mailFor(JANE)
      await store.asOtherWorker(async (claim) => {
        await store.sql(
          `UPDATE password_reset SET status = 'issued', due_at = now() - interval '1 s', attempts = 5`,
        )
        const { claimed } = await claim(10)
        expect(claimed).toHaveLength(1)
        expect((await claim(10)).claimed).toEqual([])
        const late = { id: claimed[0]!.id, sent: false, is_permanent: true, failure_reason: "late" }
        await deliveryRepository.recordDelivered([{ ...late, attempt: 5 } as never])

        expect(await store.resets()).toMatchObject([{ status: "issued", attempts: 6 }])
        await store.sql(`DELETE FROM password_reset`)
      })
    })

    it("is not taken up again by a worker that stood still while its own lease ran out", async () => {
      await store.register(JANE, "old-password")
      await store.mailFor(JANE)
      await store.asOtherWorker(async (claim) => {
        const recent = jest.spyOn(stalls, "recent").mockReturnValue(65)
        const runOut = (seconds: number, attempts: number) =>
          store.sql(
            `UPDATE password_reset
                SET status = 'issued', due_at = now() - interval '${seconds} s', attempts = ${attempts}`,
          )
        const claimed = async () => (await claim(10)).claimed.length

        await runOut(60, 1)
        expect(await claimed()).toBe(0)
        await runOut(66, 1)
        expect(await claimed()).toBe(1)
        await runOut(0, 0) // Nobody has taken up this one.
        expect(await claimed()).toBe(1)
        recent.mockRestore()
        await store.sql(`DELETE FROM password_reset`)
      })
    })

    it("has a link that works, though its first event comes late, when another worker has claimed it", async () => {
      await store.register(JANE, "old-password")
      const { resetRepository, deliveryRepository } = store
        .container()
        .resolve(PASSWORD_RESET_MODULE)
      await store.mailFor(JANE)
      const [reset] = await store.resets()
      const expires_at = new Date(Date.now() + 60_000)
      const event = (token_hash: string) => [
        {
          claims: { token_hash, entity_id: JANE, actor_type: "customer", expires_at },
          metadata: {},
          locale: "en",
        },
      ]
      await store.asOtherWorker(async (claim) => {
        await store.sql(
          `UPDATE password_reset SET status = 'issued', due_at = now(), delivering_at = NULL`,
        )
        const { claimed } = await claim(10) // as the sweep does when the event is late
        expect(await deliveryRepository.pickUp(event(reset!.token_hash!), [])).toEqual([])
        await resetRepository.recordIssued([
          {
            ...(reset as never as { entity_id: string; auth_identity_id: string }),
            provider_identity_id: reset!.provider_identity_id!,
            id: claimed[0]!.id,
            attempt: claimed[0]!.attempts,
            status: "issued",
            mail: "reset",
            actor_type: "customer",
            actor_id: null,
            mailbox: null,
            token_hash: "second",
            expires_at,
          },
        ])

        expect(await deliveryRepository.pickUp(event("second"), [])).toMatchObject([
          { attempts: 2 },
        ])
        await store.sql(`DELETE FROM password_reset`)
      })
    })

    it("goes to an account whose two requests are tried again by two workers at once", async () => {
      const { resetRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
      await store.register(JANE, "old-password")
      store.inbox.refused.set(JANE, 450)
      await Promise.all([store.requestReset(JANE), store.requestReset(JANE)])
      await store.settled()
      await store.asOtherWorker(async (claim) => {
        await store.sql(`UPDATE password_reset SET status = 'issued', due_at = now()`)
        const claims = await Promise.all([claim(1), claim(1)])
        const ids = claims.map(({ claimed }) => claimed[0]!.id)
        const [identity] = await store.sql<{ auth_identity_id: string }>(
          `SELECT auth_identity_id FROM provider_identity WHERE entity_id = ?`,
          [JANE],
        )
        const recent = await Promise.all(
          ids.map((id) => resetRepository.findMailed([identity!.auth_identity_id], [], [id])),
        )

        const jane = { ...identity!, actor_type: "customer", mailbox: null }
        expect(recent.map((mails) => mails.areEnough(jane))).toEqual([false, false])
        await store.sql(`DELETE FROM password_reset`)
      })
    })

    it("of a token of Medusa's own keeps its language and its page when it is tried again", async () => {
      await store.register(JANE, "old-password")
      store.inbox.refused.set(JANE, 450)
      const metadata = { locale: "de", redirect_url: "https://shop.example/fr/reset" }
      await store.mintCoreToken(JANE, metadata)
      await until(async () => Boolean((await store.resets())[0]?.failure_reason), "the failure")
      store.inbox.refused.clear()
      await store.retry()

      const [mail] = store.inbox.mails
      expect(mail!.subject).toContain("Passwort")
      expect(linkIn(mail!).url.href).toContain("https://shop.example/fr/reset?")
      expect((await store.update(linkIn(mail!).token, NEW)).status).toBe(200)
    })

    it("fails alone, whatever the reason says", async () => {
      await store.register(JANE, "old-password")
      await store.register(JOE, "old-password")
      const { deliveryRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
      await Promise.all([store.mailFor(JANE), store.mailFor(JOE)])
      await store.sql(
        `UPDATE password_reset SET status = 'issued', due_at = now() + interval '9 s'`,
      )
      const [joe, jane] = await store.resets()
      const bad = `\u0000${"x".repeat(498)}😀 https://shop.example/?token=t jane%40shop.example`
      const failed = hasFailed({ id: jane!.id, attempt: 1, to: JANE }, new Error(bad))
      await deliveryRepository.recordDelivered([
        failed,
        outcomeOf({ id: joe!.id, attempt: 1 }, JOE, { fate: "taken" }),
      ])

      const after = new Map((await store.resets()).map((reset) => [reset.id, reset]))
      expect(after.get(joe!.id)!.status).toBe("sent")
      expect(after.get(jane!.id)!.failure_reason).toMatch(/^ x{498}$/)
      const links = hasFailed(
        { id: "1", attempt: 1, to: JANE },
        "see https://a.example/?token=t (x%40b.example)",
      )
      expect(links.failure_reason).toBe("see <link> (<address>)")
      await store.sql(`DELETE FROM password_reset`)
    })

    describe("is kept on record", () => {
      it("in the Notification Module, with its receiver and without the secret", async () => {
        await store.register(JANE, "old-password")
        const { body } = await store.login(JANE, "old-password")
        await store.sql(
          `UPDATE auth_identity SET app_metadata = '{"customer_id": "cus_jane"}'
          WHERE id IN (SELECT auth_identity_id FROM provider_identity WHERE entity_id = ?)`,
          [JANE],
        )
        expect(body.token).toBeDefined()
        const token = await store.tokenFor(JANE)
        const [reset] = await store.resets()

        const found = await records()
        expect(found).toMatchObject([
          {
            to: JANE,
            channel: "email",
            template: "medusa-plugin-password-reset/reset",
            resource_type: "password_reset",
            resource_id: reset!.id,
            receiver_id: "cus_jane",
            trigger_type: "auth.password_reset",
            idempotency_key: `${reset!.id}:1`,
            data: null,
          },
        ])
        expect(JSON.stringify(found)).not.toContain(token)
      })

      it("until its retention is over; then rows go, save those that are work", async () => {
        await store.register(JANE, "old-password")
        await store.tokenFor(JANE)
        await store.requestReset("nobody@shop.example")
        await store.settled()
        store.inbox.refused.set(JANE, 450)
        await store.requestReset(JANE)
        await store.settled()
        const purge = () => purgePasswordResets(store.container())
        const statuses = async () => (await store.resets()).map(({ status }) => status).sort()
        expect(await statuses()).toEqual(["ignored", "issued", "sent"])

        await age(86_000)
        await purge()
        expect(await statuses()).toEqual(["ignored", "issued", "sent"])
        await age(500)
        await purge()
        expect(await statuses()).toEqual(["issued", "sent"])
        await age(90 * 86_400)
        await purge()
        expect(await statuses()).toEqual(["issued", "sent"]) // Its token lives.
        await store.sql(`UPDATE password_reset SET expires_at = now()`)
        await purge()
        expect(await statuses()).toEqual(["issued"])
        await store.sql(`DELETE FROM password_reset`)
      })

      it("as expired once its link is too old", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        await store.sql(`UPDATE password_reset SET expires_at = now() - interval '1 s'`)
        await purgePasswordResets(store.container())

        expect(await store.resets()).toMatchObject([{ status: "expired" }])
        expect((await store.check(token)).body.code).toBe("token_expired")
        expect((await store.update(token, NEW)).body.code).toBe("token_expired")
      })

      it("with nobody's address but as an HMAC, where there is no account", async () => {
        await store.requestReset("nobody@shop.example")
        await store.requestReset("Nobody@Shop.example")
        await store.settled()

        const identifiers = (await store.resets()).map(({ identifier }) => identifier)
        expect(identifiers[0]).toMatch(/^hmac:[\w-]{22}$/)
        expect(identifiers[1]).toBe(identifiers[0])
      })
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.allowedRedirectUrls = { customer: ["https://shop.example/fr"] }
  },
)
