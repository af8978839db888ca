import { Modules } from "@medusajs/framework/utils"
import { linkIn } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "the account that an address means",
  (store) => {
    /** Hashes a password as Medusa's provider does, for accounts that a test stores directly. */
    const hashOf = async (password: string) => {
      await store.register("template@shop.example", password)
      const [identity] = await store
        .container()
        .resolve(Modules.AUTH)
        .listProviderIdentities({ entity_id: "template@shop.example" })
      return identity!.provider_metadata!.password as string
    }
    const storedAddresses = async () =>
      (await store.container().resolve(Modules.AUTH).listProviderIdentities()).map(
        ({ entity_id }) => entity_id,
      )

    describe("belongs to its actors, and no token sets its password for another", () => {
      const NEW = { password: "new-password" }
      const giveActors = (actors: Record<string, string>) =>
        store.sql(`UPDATE auth_identity SET app_metadata = ?::jsonb WHERE id = ?`, [
          JSON.stringify(actors),
          identity,
        ])
      const expectDead = async (token: string, actor: string) => {
        expect((await store.check(token, actor)).body.code).toBe("token_invalid")
        expect((await store.update(token, NEW, actor)).body.code).toBe("token_invalid")
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      }
      let identity = ""

      beforeEach(async () => {
        await store.register(JANE, "old-password")
        identity = await store.identityOf(JANE)
      })

      it("also where an operator resets a user who accepted an invite with a customer's address", async () => {
        await giveActors({ customer_id: "cus_1" })
        await store.register("boss@shop.example", "old-password", "user")
        await store.becomeUser("boss@shop.example")
        const { body } = await store.login("boss@shop.example", "old-password", "user")
        const [user] = await store
          .container()
          .resolve(Modules.USER)
          .createUsers([{ email: JANE }])

        const answer = await store.post(`/admin/users/${user!.id}/reset-password`, undefined, {
          authorization: `Bearer ${String(body.token)}`,
        })
        await store.settled()
        const token = answer.body.token ? String(answer.body.token) : undefined
        await expectDead(token ?? (await store.coreTokenWithoutMail(JANE, "user")), "user")
        expect(store.inbox.mails).toEqual([])
      })

      it("also one of Medusa's own that nobody mailed", async () => {
        await giveActors({ customer_id: "cus_1" })

        await expectDead(await store.coreTokenWithoutMail(JANE, "user"), "user")
      })

      it("also where the account got its actor after the mail", async () => {
        const token = await store.tokenFor(JANE)
        await giveActors({ user_id: "user_1" })

        await expectDead(token, "customer")
      })

      it("also where it loses the actor between the check and the write", async () => {
        await giveActors({ customer_id: "cus_1" })
        const token = await store.tokenFor(JANE)
        const { passwordPolicy } = store.container().resolve("passwordReset")
        const judge = jest.spyOn(passwordPolicy, "judge").mockImplementationOnce(async () => {
          await giveActors({ vendor_id: "ven_1" })
          return []
        })
        const { body } = await store.update(token, NEW)
        judge.mockRestore()

        expect(body.code).toBe("token_invalid")
        await giveActors({ customer_id: "cus_1" })
        expect((await store.update(token, NEW)).status).toBe(200)
      })
    })

    it("is mailed the link that an operator copies in the dashboard, as documented", async () => {
      for (const email of ["boss@shop.example", "joe@shop.example"]) {
        await store.register(email, "old-password", "user")
      }
      await store.becomeUser("boss@shop.example")
      const joe = await store.becomeUser("joe@shop.example")
      const { body } = await store.login("boss@shop.example", "old-password", "user")
      const boss = { authorization: `Bearer ${String(body.token)}` }

      const answer = await store.post(`/admin/users/${joe}/reset-password`, undefined, boss)
      const [mail] = await store.inbox.mailsFor("joe@shop.example")
      await store.settled()

      expect(answer.body).toEqual({ token: linkIn(mail!).token })
      expect(store.inbox.mails).toHaveLength(1)
      expect(answer.headers.get("cache-control")).toBe("no-store")
      const update = () =>
        store.update(String(answer.body.token), { password: "new-password" }, "user")
      expect([(await update()).status, (await update()).body.code]).toEqual([200, "token_used"])
    })

    describe("in whatever case it is typed", () => {
      it("is stored folded when it is new", async () => {
        await store.register("  JANE@Bücher.Example ", "old-password")

        expect(await storedAddresses()).toEqual(["jane@xn--bcher-kva.example"])
      })

      it("signs in and is reset, and the mail goes to the stored address", async () => {
        await store.register(JANE, "old-password")

        expect((await store.login("JANE@Shop.example", "old-password")).status).toBe(200)
        const mail = await store.mailFor("JANE@Shop.example")

        expect(mail.recipients).toEqual([JANE])
        const { token } = linkIn(mail)
        expect((await store.update(token, { password: "new-password" })).status).toBe(200)
        expect((await store.login("Jane@SHOP.example", "new-password")).status).toBe(200)
      })

      it("is found with invisible characters, as copied from a chat", async () => {
        const copied = "\u202Ajane\u200B@shop.example\u202C"
        await store.register(JANE, "old-password")

        expect((await store.login(copied, "old-password")).status).toBe(200)
        expect((await store.mailFor(copied)).recipients).toEqual([JANE])
      })

      it("is found where an older store kept it in mixed case, or its domain in Unicode", async () => {
        const hash = await hashOf("old-password")
        await store.storeAccount("Jane@Shop.example", {}, hash)
        await store.storeAccount("joe@bücher.example", {}, hash)

        expect((await store.login(JANE, "old-password")).status).toBe(200)
        expect((await store.login("JOE@xn--bcher-kva.example", "old-password")).status).toBe(200)
        const mail = await store.mailFor(JANE)

        // SMTP clients write domains in lower case, so only the local part tells the two addresses apart.
        expect(mail.recipients).toEqual(["Jane@shop.example"])
        const { token } = linkIn(mail)
        expect((await store.update(token, { password: "new-password" })).status).toBe(200)
        expect((await store.login(JANE, "new-password")).status).toBe(200)
      })

      it("counts only as written where two accounts differ by nothing but case", async () => {
        const hash = await hashOf("old-password")
        await store.storeAccount("Jane@shop.example", {}, hash)
        await store.storeAccount("JANE@shop.example", {}, hash)

        expect((await store.login(JANE, "old-password")).status).toBe(401)
        expect((await store.login("JANE@shop.example", "old-password")).status).toBe(200)
        await store.requestReset(JANE)
        const mail = await store.mailFor("Jane@shop.example")

        expect(mail.recipients).toEqual(["Jane@shop.example"])
        expect(store.inbox.mails).toHaveLength(1)
        await store.update(linkIn(mail).token, { password: "new-password" })
        expect((await store.login("Jane@shop.example", "new-password")).status).toBe(200)
        expect((await store.login("JANE@shop.example", "old-password")).status).toBe(200)
      })

      it("can't be registered again, as Medusa refuses a duplicate", async () => {
        await store.storeAccount("Jane@Shop.example", { customer_id: "cus_1" })

        const again = await store.post("/auth/customer/emailpass/register", {
          email: "JANE@shop.example",
          password: "other-password",
        })

        expect([again.status, again.body]).toEqual([
          401,
          { type: "unauthorized", message: "Identity with email already exists" },
        ])
        expect(await storedAddresses()).toEqual(["Jane@Shop.example"])
      })

      it("resumes a registration that got no actor yet, as Medusa does", async () => {
        await store.register(JANE, "old-password")

        const again = await store.post("/auth/customer/emailpass/register", {
          email: "JANE@shop.example",
          password: "old-password",
        })

        expect([again.status, again.body]).toEqual([200, { token: expect.any(String) }])
      })
    })

    describe("and the actor whose link it gets", () => {
      const actorsOf = async () => (await store.resets()).map(({ actor_type }) => actor_type)

      it("is a user's, on the page of the admin", async () => {
        await store.storeAccount(JANE, { user_id: "user_1" })

        const mail = await store.mailFor(JANE, "user")

        const { url, token } = linkIn(mail)
        expect(url.origin + url.pathname).toBe("http://localhost:9000/app/reset-password")
        expect((await store.update(token, { password: "new-password" }, "user")).status).toBe(200)
        expect((await store.login(JANE, "new-password", "user")).status).toBe(200)
      })

      it("is any other actor type's that has a page", async () => {
        await store.register(JANE, "old-password", "vendor")

        const mail = await store.mailFor(JANE, "vendor")

        const { url, token } = linkIn(mail)
        expect(url.origin + url.pathname).toBe("https://vendors.example/reset")
        expect([...url.searchParams.keys()]).toEqual(["lang", "token", "email"])
        expect((await store.update(token, { password: "new-password" }, "vendor")).status).toBe(200)
      })

      it("is nobody's where the asked actor is none of the account's", async () => {
        await store.storeAccount(JANE, { user_id: "user_1" })

        await store.requestReset(JANE, "customer")
        await store.settled()

        expect(store.inbox.mails).toHaveLength(0)
        expect((await store.resets()).map(({ status }) => status)).toEqual(["ignored"])
      })

      it("is the user's where a customer is a user as well: their password is one", async () => {
        await store.storeAccount(JANE, { user_id: "user_1", customer_id: "cus_1" })

        const { url, token } = linkIn(await store.mailFor(JANE, "customer"))

        expect(url.pathname).toBe("/app/reset-password")
        expect(await actorsOf()).toEqual(["user"])
        expect((await store.update(token, { password: "new-password" })).body.code).toBe(
          "token_invalid",
        )
        expect((await store.update(token, { password: "new-password" }, "user")).status).toBe(200)
      })

      it("gets no mail without a page, and the row says why", async () => {
        await store.register(JANE, "old-password", "courier")

        expect((await store.requestReset(JANE, "courier")).status).toBe(201)
        await store.settled()

        expect(store.inbox.mails).toHaveLength(0)
        expect(await store.resets()).toMatchObject([
          { status: "failed", failure_reason: 'no resetUrl for the actor type "courier"' },
        ])
      })
    })

    it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
      "of an actor type named %s is no trouble, and no neighbour's mail is lost",
      async (actor) => {
        await store.register("jane@shop.example", "old-password")
        await store.register("joe@shop.example", "old-password")

        const answers = await Promise.all([
          store.post(`/auth/${actor}/emailpass/reset-password`, {
            identifier: "jane@shop.example",
            metadata: { redirect_url: "https://shop.example" },
          }),
          store.requestReset("jane@shop.example", actor),
          store.requestReset("joe@shop.example"),
        ])
        await store.settled()

        expect(answers.map(({ status }) => status)).toEqual([400, 201, 201])
        expect(store.inbox.mails.map(({ recipients }) => recipients)).toEqual([
          ["joe@shop.example"],
        ])
        const failed = (await store.resets()).find(({ status }) => status === "failed")
        expect(failed!.failure_reason).toBe(`no resetUrl for the actor type "${actor}"`)
      },
    )

    it("whose hash is none answers a login as any other", async () => {
      await store.storeAccount("imported@shop.example", { customer_id: "cus_1" }, "imported")

      const { status, body } = await store.login("imported@shop.example", "some-password")

      expect([status, body.message]).toEqual([401, "Invalid email or password"])
      const token = await store.tokenFor("imported@shop.example")
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
      expect((await store.login("imported@shop.example", "new-password")).status).toBe(200)
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.resetUrl.vendor = "https://vendors.example/reset?lang=de"
  },
)
