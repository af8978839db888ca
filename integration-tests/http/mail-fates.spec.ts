import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { outcomeOf } from "../../src/domain/mails/mail-fate"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { until } from "../inbox"
import scriptedProvider, { scripted } from "../providers/scripted"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const TAKEN = () => ({ id: "1" })
const REASON = 'the notification provider "scripted" gave no id'

withStore(
  "a notification provider",
  (store) => {
    beforeEach(async () => {
      scripted.mails.length = 0
      scripted.send = TAKEN
      await store.register(JANE, "old-password")
    })

    const linksTo = (address: string) =>
      scripted.mails
        .filter(({ to }) => to === address)
        .map(({ content }) => /token=([\w.-]+)/.exec(content!.text!)?.[1] ?? "")
    const ask = async (address = JANE) => {
      const { body } = await store.requestReset(address)
      await store.settled()
      return body
    }
    const codeOf = async (token: string) => {
      const { status, body } = await store.check(token)
      return status === 200 ? "works" : String(body.code)
    }
    const reset = async () => (await store.resets())[0]!
    /** As after a crash: nobody has written down what became of the mail, and the lease is over. */
    const forgetOutcome = () =>
      store.sql(
        `UPDATE password_reset SET status = 'issued', sent_at = NULL, failure_reason = NULL, due_at = now()`,
      )

    describe("that ends without saying what became of the mail", () => {
      it.each([
        ["{}, as in Medusa's guide to Resend", () => ({})],
        ["nothing", () => undefined],
        ["a number as id", () => ({ id: 42 })],
      ])(
        "by returning %s, has its reset called unknown, and sends no second mail",
        async (_, send) => {
          scripted.send = send
          await ask()
          await store.retry()

          expect(await reset()).toMatchObject({
            status: "unknown",
            attempts: 1,
            due_at: null,
            sent_at: null,
            failure_reason: expect.stringMatching(/^the notification provider "scripted" gave no /),
          })
          expect(scripted.mails).toHaveLength(1)
          const [link] = linksTo(JANE)
          expect((await store.update(link!, { password: "new-password" })).status).toBe(200)
          await store.settled()
          await store.retry()
          expect(await store.notices()).toMatchObject([
            { status: "unknown", attempts: 1, due_at: null },
          ])
          expect(scripted.mails).toHaveLength(2) // The notice, once.
        },
      )

      it("is named in one warning, with what to set", async () => {
        const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
        const warn = jest.spyOn(logger, "warn").mockImplementation(() => undefined)
        const { deliveryWatch } = store.container().resolve(PASSWORD_RESET_MODULE)
        Object.assign(deliveryWatch, { hasWarnedOfSilence: false })
        scripted.send = () => ({})
        await ask()
        await ask()
        const lines = warn.mock.calls.map(([line]) => String(line))
        warn.mockRestore()

        expect(lines.filter((line) => line.includes("gave no id"))).toEqual([
          expect.stringMatching(/"scripted" gave no id.* set delivery\.silence to "sent"$/),
        ])
      })

      it("is believed where the store says that it throws where it fails", async () => {
        const { delivery } = store.container().resolve(PASSWORD_RESET_MODULE).options
        Object.assign(delivery, { silence: "sent" })
        scripted.send = () => ({})
        await ask()
        Object.assign(delivery, { silence: undefined })

        expect(await reset()).toMatchObject({ status: "sent", failure_reason: null })
      })

      it("is asked again where the store wants that, and its older link works until a mail is taken", async () => {
        const { delivery } = store.container().resolve(PASSWORD_RESET_MODULE).options
        Object.assign(delivery, { retrySilent: true })
        scripted.send = () => ({})
        await ask()
        const [older] = linksTo(JANE)
        expect(await reset()).toMatchObject({ status: "unknown", due_at: expect.any(Date) })
        let whileUnderWay = ""
        scripted.send = async () => {
          whileUnderWay = await codeOf(older!)
          return { id: "2" }
        }
        await store.retry()
        Object.assign(delivery, { retrySilent: false })

        expect(whileUnderWay).toBe("works")
        expect(await reset()).toMatchObject({ status: "sent", attempts: 2, unknown_attempts: 1 })
        expect(await codeOf(older!)).toBe("token_superseded")
        expect(await codeOf(linksTo(JANE)[1]!)).toBe("works")
      })

      it("ends no link that was sent, and of those that may be out the newest lives", async () => {
        await ask()
        scripted.send = () => ({})
        await ask()
        await ask()

        const codes = await Promise.all(linksTo(JANE).map(codeOf))
        expect(codes).toEqual(["works", "token_superseded", "works"])
        scripted.send = TAKEN
        await ask()
        const after = await Promise.all(linksTo(JANE).map(codeOf))
        expect(after).toEqual([...Array(3).fill("token_superseded"), "works"])
      })
    })

    it("that hangs for one of five mails holds up none of the others", async () => {
      const others = [1, 2, 3, 4].map((index) => `other-${index}@shop.example`)
      await Promise.all(others.map((other) => store.register(other, "old-password")))
      let letGo: (value: object) => void = () => undefined
      const hang = new Promise((resolve) => (letGo = resolve))
      scripted.send = ({ to }) => (to === JANE ? hang : { id: "1" })
      await Promise.all([JANE, ...others].map((address) => store.requestReset(address)))
      const sent = async () => (await store.resets()).filter(({ status }) => status === "sent")
      await until(async () => (await sent()).length === 4, "the others' mails", 5000)

      expect((await store.resets()).find(({ identifier }) => identifier === JANE)).toMatchObject({
        status: "issued",
        attempts: 1,
      })
      for (const other of others) {
        expect(await codeOf(linksTo(other)[0]!)).toBe("works")
      }
      letGo({ id: "late" })
      await store.settled()
      expect(scripted.mails).toHaveLength(5)
      expect(await sent()).toHaveLength(5)
    })

    it("that throws once after sending leaves a first link that is told superseded, not made up", async () => {
      scripted.send = () => {
        throw new Error("the line broke")
      }
      await ask()
      await ask() // Its mail fails as well.
      scripted.send = TAKEN
      await store.retry()

      const codes = await Promise.all(linksTo(JANE).map(codeOf))
      expect(codes.filter((code) => code === "works")).toHaveLength(1)
      expect(codes.filter((code) => code === "token_superseded")).toHaveLength(codes.length - 1)
      expect(codes.length).toBeGreaterThanOrEqual(3)
    })

    describe("whose answer is lost in a crash", () => {
      it("is asked again, and the first link works until the second mail is taken", async () => {
        await ask()
        const [older] = linksTo(JANE)
        await store.sql(`UPDATE notification SET status = 'pending', external_id = NULL`)
        await forgetOutcome()
        let whileUnderWay = ""
        scripted.send = async () => {
          whileUnderWay = await codeOf(older!)
          return { id: "2" }
        }
        await store.retry()

        expect([whileUnderWay, await codeOf(older!)]).toEqual(["works", "token_superseded"])
        expect(await codeOf(linksTo(JANE)[1]!)).toBe("works")
        expect(await reset()).toMatchObject({ status: "sent", attempts: 2 })
      })

      it("takes the first link's password while the second mail is under way, and then ends both", async () => {
        await ask()
        await store.sql(`UPDATE notification SET status = 'pending', external_id = NULL`)
        await forgetOutcome()
        const [older] = linksTo(JANE)
        let answer = 0
        scripted.send = async ({ content }) => {
          if (/token=/.test(content!.text!)) {
            answer = (await store.update(older!, { password: "new-password" })).status
          }
          return { id: "2" }
        }
        await store.retry()

        expect(answer).toBe(200)
        expect(await reset()).toMatchObject({ status: "completed" })
        expect(await Promise.all(linksTo(JANE).slice(0, 2).map(codeOf))).toEqual([
          "token_used",
          "token_used",
        ])
      })

      it("is not asked again where Medusa's record says that it gave no id", async () => {
        scripted.send = () => ({})
        await ask()
        await forgetOutcome()
        await store.retry()

        expect(await reset()).toMatchObject({ status: "unknown", failure_reason: REASON })
        expect(scripted.mails).toHaveLength(1)
      })
    })

    it("is asked again three times where it did not answer, and then the reset stays unknown", async () => {
      await ask()
      const { id } = await reset()
      const { deliveryRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
      const late = { fate: "unknown", reason: "it did not answer", isSilent: false } as const
      await store.sql(
        `UPDATE password_reset SET status = 'issued', due_at = now() + interval '1 hour'`,
      )
      const waits: number[] = []
      for (let attempt = 0; attempt < 4; attempt++) {
        await deliveryRepository.recordDelivered([outcomeOf({ id, attempt: 1 }, JANE, late)])
        const { status, due_at } = await reset()
        expect(status).toBe("unknown")
        waits.push(due_at ? (due_at.getTime() - Date.now()) / 1000 : 0)
      }

      expect(waits.slice(0, 3).every((wait) => wait > 55 && wait <= 120)).toBe(true)
      expect(waits[3]).toBe(0)
      expect(await codeOf(linksTo(JANE)[0]!)).toBe("works")
    })

    it("is given up as unknown, not as failed, by the deadline of the request", async () => {
      const { delivery } = store.container().resolve(PASSWORD_RESET_MODULE).options
      Object.assign(delivery, { retrySilent: true })
      scripted.send = () => ({})
      await ask()
      await store.sql(`UPDATE password_reset SET created_at = created_at - interval '1 day'`)
      await store.retry()
      Object.assign(delivery, { retrySilent: false })

      expect(await reset()).toMatchObject({ status: "unknown", due_at: null })
      expect(scripted.mails).toHaveLength(1)
    })
  },
  ({ modules }) => {
    modules[Modules.NOTIFICATION]!.options.providers = [
      { resolve: scriptedProvider, id: "scripted", options: { channels: ["email"] } },
    ] as never
  },
)
