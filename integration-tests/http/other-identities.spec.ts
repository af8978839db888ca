import { Modules } from "@medusajs/framework/utils"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore("the sessions of somebody who also signs in by Google", (store) => {
  let publishable: Record<string, string>
  let customer = ""
  const auth = () => store.container().resolve(Modules.AUTH)
  const me = async (token: string) => {
    const headers = { ...publishable, authorization: `Bearer ${token}` }
    return (await store.get("/store/customers/me", headers)).status
  }
  /** A session as Medusa opens it after a login by Google. */
  const googleSession = async (auth_identity_id: string) => {
    const { app_metadata } = await auth().retrieveAuthIdentity(auth_identity_id)
    return store.sign({
      actor_id: customer,
      actor_type: "customer",
      auth_identity_id,
      auth_provider: "google",
      app_metadata,
    })
  }
  const resetAndCompare = async (google: string) => {
    const password = String((await store.login(JANE, "old-password")).body.token)
    expect([await me(password), await me(google)]).toEqual([200, 200])
    await store.update(await store.tokenFor(JANE), { password: "new-password" })
    return { password: await me(password), google: await me(google) }
  }

  beforeEach(async () => {
    publishable = await store.publishableKey()
    await store.register(JANE, "old-password")
    customer = await store.becomeCustomer(JANE)
  })

  it("end with a reset where Google is another sign-in of the same account", async () => {
    const identity = await store.identityOf(JANE)
    await auth().createProviderIdentities([
      { provider: "google", entity_id: "1", auth_identity_id: identity },
    ] as never)

    const after = await resetAndCompare(await googleSession(identity))
    expect(after).toEqual({ password: 401, google: 401 })
  })

  it("live on where Google is an account of its own, though the customer is the same", async () => {
    const { id } = await auth().createAuthIdentities({
      app_metadata: { customer_id: customer },
      provider_identities: [{ provider: "google", entity_id: "1" }],
    })

    const after = await resetAndCompare(await googleSession(id))
    expect(after).toEqual({ password: 401, google: 200 })
  })
})
