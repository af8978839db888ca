import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { withStore } from "../store"

const BOSS = "boss@shop.example"
const JANE = "jane@shop.example"

process.env.MEDUSA_FF_RBAC = "true"
afterAll(() => {
  delete process.env.MEDUSA_FF_RBAC
})

withStore(
  "with Medusa's roles on,",
  (store) => {
    let userId: string
    let resetId: string
    let token: string

    beforeEach(async () => {
      await store.register(JANE, "old-password")
      await store.register(BOSS, "old-password", "user")
      userId = await store.becomeUser(BOSS)
      token = await store.tokenFor(JANE)
      resetId = (await store.resets())[0]!.id
    })

    const all = async () => {
      const { body } = await store.login(BOSS, "old-password", "user")
      const boss = { authorization: `Bearer ${body.token}` }
      const answers = [
        await store.get("/admin/password-resets", boss),
        await store.get(`/admin/password-resets/${resetId}`, boss),
        await store.post("/admin/password-resets", { identifier: JANE }, boss),
        await store.post(`/admin/password-resets/${resetId}/cancel`, {}, boss),
      ]
      return answers.map(({ status }) => status)
    }

    /** Gives the user a role with these operations on customers and users. */
    const grant = async (...operations: string[]) => {
      const rbac = store.container().resolve(Modules.RBAC)
      const [role] = await rbac.createRbacRoles([{ name: "Help desk" }])
      for (const resource of ["customer", "user"]) {
        for (const operation of operations) {
          const key = `${resource}:${operation}`
          const [known] = await rbac.listRbacPolicies({ key })
          const policy = known ?? (await rbac.createRbacPolicies([{ key, resource, operation }]))[0]
          await rbac.createRbacRolePolicies([{ role_id: role!.id, policy_id: policy!.id }])
        }
      }
      await store
        .container()
        .resolve(ContainerRegistrationKeys.LINK)
        .create({
          [Modules.USER]: { user_id: userId },
          [Modules.RBAC]: { rbac_role_id: role!.id },
        })
    }

    it("a user who has none sees no resets, starts none and ends none", async () => {
      expect(await all()).toEqual([403, 403, 403, 403])
      expect(await store.resets()).toHaveLength(1)
      expect((await store.check(token)).status).toBe(200)
    })

    it("a user who may read sees them, and does nothing to them", async () => {
      await grant("read")

      expect(await all()).toEqual([200, 200, 403, 403])
      expect((await store.check(token)).status).toBe(200)
    })

    it("a user who may update as well does all", async () => {
      await grant("read", "update")

      expect(await all()).toEqual([200, 200, 201, 200])
      await store.settled()
    })
  },
  ({ modules }) => {
    Object.assign(modules, { [Modules.RBAC]: { resolve: "@medusajs/medusa/rbac" } })
  },
  { hasNewModules: true },
)
