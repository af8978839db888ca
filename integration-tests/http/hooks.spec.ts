import { MedusaError } from "@medusajs/framework/utils"
import {
  changePasswordWorkflow,
  completePasswordResetWorkflow,
  requestPasswordResetWorkflow,
} from "../../src/workflows"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const BLOCKED = "jane@blocked.example"
const REFUSAL = "Not from here"

/** What the hooks were called with, in order. */
const seen: object[] = []
/** Refuses the blocked address. */
function refuse(given: object, address: string): void {
  seen.push(given)
  if (address === BLOCKED) {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, REFUSAL)
  }
}
requestPasswordResetWorkflow.hooks.validate((request) => refuse(request, request.identifier))
completePasswordResetWorkflow.hooks.validate((claims) => refuse(claims, claims.entity_id))
changePasswordWorkflow.hooks.validate((account) => refuse(account, account.entity_id))

withStore("a store that hooks into", (store) => {
  const account = (email: string) => store.register(email, "old-password")
  const logins = async (email: string) => ({
    old: (await store.login(email, "old-password")).status,
    new: (await store.login(email, "new-password")).status,
  })

  describe("requests", () => {
    it("refuses by what it throws, and nothing is left", async () => {
      const answer = await store.requestReset(BLOCKED)

      expect([answer.status, answer.body.message]).toEqual([400, REFUSAL])
      expect(await store.resets()).toEqual([])
    })

    it("lets all others have their mail", async () => {
      await account(JANE)
      const answer = await store.requestReset(JANE)
      await store.settled()

      expect(answer.status).toBe(201)
      expect(seen.at(-1)).toMatchObject({ identifier: JANE, actor_type: "customer" })
      expect(store.inbox.mails).toHaveLength(1)
    })
  })

  describe("new passwords by a link", () => {
    it("refuses by what it throws, and the link works as before", async () => {
      await account(BLOCKED)
      const token = await store.coreTokenWithoutMail(BLOCKED)
      const answer = await store.update(token, { password: "new-password" })

      expect([answer.status, answer.body.message]).toEqual([400, REFUSAL])
      expect(seen.at(-1)).toMatchObject({ entity_id: BLOCKED, actor_type: "customer" })
      expect((await store.check(token)).status).toBe(200)
      expect(await logins(BLOCKED)).toEqual({ old: 200, new: 401 })
    })

    it("lets all others have theirs, by the same rules", async () => {
      await account(JANE)
      const token = await store.tokenFor(JANE)
      const short = await store.update(token, { password: "short" })
      const answer = await store.update(token, { password: "new-password" })
      const again = await store.update(token, { password: "new-password" })

      expect([short.status, short.body.code]).toEqual([400, "password_rejected"])
      expect([answer.status, answer.body]).toEqual([200, { success: true }])
      expect([again.status, again.body.code]).toEqual([401, "token_used"])
      expect(await logins(JANE)).toEqual({ old: 401, new: 200 })
    })
  })

  describe("changes of a password", () => {
    const change = async (email: string, old_password: string) => {
      await account(email)
      await store.becomeCustomer(email)
      const { token } = (await store.login(email, "old-password")).body
      const headers = { ...(await store.publishableKey()), authorization: `Bearer ${token}` }
      const body = { old_password, password: "new-password" }
      return store.post("/store/customers/me/password", body, headers)
    }

    it("refuses by what it throws", async () => {
      const answer = await change(BLOCKED, "old-password")

      expect([answer.status, answer.body.message]).toEqual([400, REFUSAL])
      expect(await logins(BLOCKED)).toEqual({ old: 200, new: 401 })
    })

    it("lets all others change theirs", async () => {
      const answer = await change(JANE, "old-password")

      expect([answer.status, answer.body]).toEqual([200, { success: true }])
      expect(seen.at(-1)).toMatchObject({ entity_id: JANE, actor_type: "customer" })
      expect(await logins(JANE)).toEqual({ old: 401, new: 200 })
    })

    it("refuses who does not know the old one", async () => {
      const answer = await change(JANE, "another-password")

      expect([answer.status, answer.body.code]).toEqual([400, "old_password_wrong"])
    })
  })
})
