import { Modules } from "@medusajs/framework/utils"
import { createUserAccountWorkflow } from "@medusajs/medusa/core-flows"
import { withStore } from "../store"

const BOSS = "boss@shop.example"
const JANE = "jane@shop.example"

process.env.MEDUSA_FF_RBAC = "true"
afterAll(() => {
  delete process.env.MEDUSA_FF_RBAC
})

withStore("with Medusa's roles on, a user who has none", (store) => {
  it("sees no resets, starts none and ends none", async () => {
    await store.register(JANE, "old-password")
    await store.register(BOSS, "old-password", "user")
    const [identity] = await store
      .container()
      .resolve(Modules.AUTH)
      .listAuthIdentities({ provider_identities: { entity_id: BOSS } })
    await createUserAccountWorkflow(store.container()).run({
      input: { authIdentityId: identity!.id, userData: { email: BOSS } },
    })
    const { body } = await store.login(BOSS, "old-password", "user")
    const boss = { authorization: `Bearer ${body.token}` }
    const token = await store.tokenFor(JANE)
    const [reset] = await store.resets()
    const answers = [
      await store.get("/admin/password-resets", boss),
      await store.get(`/admin/password-resets/${reset!.id}`, boss),
      await store.post("/admin/password-resets", { identifier: JANE }, boss),
      await store.post(`/admin/password-resets/${reset!.id}/cancel`, {}, boss),
    ]

    expect(answers.map(({ status, body }) => [status, body.type])).toEqual(
      answers.map(() => [403, "forbidden"]),
    )
    expect(await store.resets()).toHaveLength(1)
    expect((await store.check(token)).status).toBe(200)
  })
})
