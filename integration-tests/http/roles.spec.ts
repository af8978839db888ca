import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import * as workflows from "../../src/workflows"
import { linkIn, until } from "../inbox"
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
    const grant = (...operations: string[]) => grantOn(["customer", "user"], operations)
    const grantOn = async (resources: string[], operations: string[]) => {
      const rbac = store.container().resolve(Modules.RBAC)
      const [role] = await rbac.createRbacRoles([{ name: "Help desk" }])
      for (const resource of resources) {
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

    describe("an intern who may only read workflows' executions", () => {
      const RUNS = "/admin/workflows-executions"
      let intern: Record<string, string>

      beforeEach(async () => {
        await grantOn(["workflow_execution"], ["read"])
        const { body } = await store.login(BOSS, "old-password", "user")
        intern = { authorization: `Bearer ${String(body.token)}` }
      })

      it("sees no resets, starts none, and runs no workflow of the plugin's", async () => {
        expect(await all()).toEqual([403, 403, 403, 403])
        expect((await store.get(RUNS, intern)).status).toBe(200)
        for (const workflow of Object.values(workflows)) {
          const path = `${RUNS}/${workflow.getName()}/run`
          expect((await store.post(path, { input: {} }, intern)).status).toBe(403)
        }
        expect(await store.resets()).toHaveLength(1)
      })

      it("hears no token and no password while resets run", async () => {
        const { heard, close } = await listen(intern)
        const engine = store.container().resolve(Modules.WORKFLOW_ENGINE)
        const input = { identifier: JANE, actor_type: "customer", metadata: {} }
        await engine.run("password-reset-request", { input })
        const [, mail] = await store.inbox.mailsFor(JANE, 2)
        await store.settled()
        const secrets = [linkIn(mail!).token, "a-new-password"]
        const complete = { token: secrets[0], actor_type: "customer", password: secrets[1] }
        await engine.run("password-reset-complete", { input: complete })
        await until(() => heard().includes(`"password-reset-complete"`), "the intern to hear of it")
        await store.settled()
        await close()

        expect((await store.login(JANE, "a-new-password")).status).toBe(200)
        expect(heard()).toContain("event: onFinish")
        expect(secrets.filter((secret) => heard().includes(secret))).toEqual([])
      })

      /** Subscribes to all workflows of the plugin, as a browser does to server-sent events. */
      const listen = async (headers: Record<string, string>) => {
        let text = ""
        const engine = store.container().resolve(Modules.WORKFLOW_ENGINE)
        const subscribe = jest.spyOn(engine, "subscribe")
        const leave = new AbortController()
        const streams = Object.values(workflows).map(async (workflow) => {
          const path = `${RUNS}/${workflow.getName()}/subscribe`
          const response = await fetch(`${store.url}${path}`, { headers, signal: leave.signal })
          expect(response.headers.get("content-type")).toContain("text/event-stream")
          const decoder = new TextDecoder()
          return (async () => {
            for await (const chunk of response.body!) {
              text += decoder.decode(chunk as Uint8Array, { stream: true })
            }
          })().catch(() => undefined) // It ends by leaving.
        })
        // The first event opens a stream: until then, fetch waits for its headers.
        const opened = Promise.allSettled(streams)
        await until(() => subscribe.mock.calls.length === streams.length, "all subscriptions")
        subscribe.mockRestore()
        const close = async () => {
          leave.abort()
          await opened
        }
        return { heard: () => text, close }
      }
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
