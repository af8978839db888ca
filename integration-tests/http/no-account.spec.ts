import purgePasswordResets from "../../src/jobs/purge-password-resets"
import { withStore } from "../store"

withStore(
  "where a store wants strangers to be told",
  (store) => {
    const ask = async (identifier: string) => {
      await store.requestReset(identifier)
      await store.settled()
    }

    it("an unknown address gets a short mail, once a day, and is forgotten after that", async () => {
      await ask("nobody@shop.example")
      await ask("Nobody@shop.example")

      expect(store.inbox.mails).toHaveLength(1)
      expect(store.inbox.mails[0]!.text).not.toContain("http")
      const statuses = (await store.resets()).map(({ status }) => status)
      expect(statuses.sort()).toEqual(["ignored", "sent"])
      await store.sql(`UPDATE password_reset SET created_at = created_at - interval '25 hours'`)
      await purgePasswordResets(store.container())
      expect(await store.resets()).toEqual([])
    })

    it("a mailbox gets its share, in however many spellings", async () => {
      for (const spelling of ["nobody", "nobody+a", "nobody+b", '"nobody"']) {
        await ask(`${spelling}@shop.example`)
      }
      expect(store.inbox.mails).toHaveLength(2)
      await ask("somebody-else@shop.example")
      expect(store.inbox.mails).toHaveLength(3)
    })

    it("no mail goes to what is no mailbox, nor, where it is switched off, to Google's", async () => {
      await store.storeOtherSignIn("jane@shop.example")
      await ask("just-a-name")
      await ask("jane@localhost")
      expect(store.inbox.mails).toEqual([])
      await ask("jane@shop.example")
      expect((await store.resets())[0]).toMatchObject({ mail: "noAccount" })
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.throttle.perIdentifier = { limit: 2 }
    modules.passwordReset!.options.email = { mails: { noAccount: true, otherSignIn: false } }
  },
)
