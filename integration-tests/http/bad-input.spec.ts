import { randomUUID } from "node:crypto"
import { connect } from "node:net"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { hashJti } from "../../src/domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const ASK = "/auth/customer/emailpass/reset-password"

withStore(
  "bad input",
  (store) => {
    describe("to a request for a reset", () => {
      it.each([
        ["no identifier", {}, "identifier"],
        ["an empty identifier", { identifier: " " }, "identifier"],
        ["a number as identifier", { identifier: 7 }, "identifier"],
        ["an array as identifier", { identifier: [JANE] }, "identifier"],
        ["an identifier of 10 KB", { identifier: "j".repeat(10_240) }, "identifier"],
        ["an identifier with a NUL", { identifier: "jane\u0000@shop.example" }, "identifier"],
        [
          "an identifier with a line break",
          { identifier: "jane@shop.example\nBcc: x" },
          "identifier",
        ],
        ["metadata that is a string", { identifier: JANE, metadata: "x" }, "metadata"],
        ["metadata that is an array", { identifier: JANE, metadata: ["x"] }, "metadata"],
        ["metadata over 4 KB", { identifier: JANE, metadata: { x: "y".repeat(4100) } }, "metadata"],
        ["metadata with a NUL", { identifier: JANE, metadata: { x: "\u0000" } }, "metadata"],
        [
          "metadata with half a character",
          { identifier: JANE, metadata: { x: "\ud800" } },
          "metadata",
        ],
        ["no object at all", [], ""],
      ])("%s is 400 invalid_data and names the field", async (_, body, field) => {
        const answer = await store.post(ASK, body)

        expect([answer.status, answer.body.type]).toEqual([400, "invalid_data"])
        expect(answer.body.message).toContain(field)
        expect(await store.resets()).toEqual([])
      })

      it("malformed JSON is 400 invalid_data", async () => {
        const answer = await store.post(ASK, `{"identifier": "jane`)

        expect([answer.status, answer.body.type]).toEqual([400, "invalid_data"])
      })

      it("what only looks bad is taken: an escaped backslash, 4 KB of metadata, 320 characters", async () => {
        const metadata = { x: "\\u0000", y: "ü".repeat(2000) }
        const identifier = `${"j".repeat(64)}@${"s".repeat(255)}`

        expect((await store.post(ASK, { identifier, metadata })).status).toBe(201)
        expect(await store.resets()).toMatchObject([{ identifier, metadata }])
      })
    })

    describe("to a completed reset", () => {
      const claims = {
        entity_id: JANE,
        provider: "emailpass",
        actor_type: "customer",
        purpose: "reset",
      }

      it.each([
        ["none", () => ({})],
        ["a malformed one", () => ({ authorization: "Bearer abc.def.ghi" })],
        ["no Bearer", () => ({ authorization: "Basic abc" })],
        [
          "one signed by somebody else",
          () => bearer(store.sign({ ...claims, jti: randomUUID() }, "another-secret")),
        ],
        ["one that no table knows", () => bearer(store.sign({ ...claims, jti: randomUUID() }))],
        ["one without a jti", () => bearer(store.sign(claims))],
      ])("a token that is %s is 401 token_invalid", async (_, headers) => {
        await store.register(JANE, "old-password")

        const answer = await store.post("/auth/customer/emailpass/update", NEW, headers())

        expect([answer.status, answer.body]).toEqual([401, invalid("token_invalid")])
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("a login's JWT is 401 token_invalid", async () => {
        await store.register(JANE, "old-password")
        const { body } = await store.login(JANE, "old-password")

        const answer = await store.update(body.token as string, NEW)

        expect([answer.status, answer.body]).toEqual([401, invalid("token_invalid")])
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("a token of another actor, under whatever name, is 401 token_invalid", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)

        for (const actor of ["user", "*", "Customer"]) {
          const answer = await store.update(token, NEW, actor)
          expect([answer.status, answer.body]).toEqual([401, invalid("token_invalid")])
        }
        expect((await store.check(token)).status).toBe(200)
      })

      it("a token of another provider, or for another purpose, is 401 token_invalid", async () => {
        await store.register(JANE, "old-password")
        await store.tokenFor(JANE)
        const jti = "stands-in-the-table"
        await rewrite({ token_hash: hashJti(jti) })

        for (const wrong of [
          { provider: "google" },
          { purpose: "verify" },
          { entity_id: "joe@x.y" },
        ]) {
          const answer = await store.update(store.sign({ ...claims, jti, ...wrong }), NEW)
          expect([answer.status, answer.body]).toEqual([401, invalid("token_invalid")])
        }
        expect((await store.update(store.sign({ ...claims, jti }), NEW)).status).toBe(200)
      })

      it("an expired token is 401 token_expired, by its own time or by the row's", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        await rewrite({ expires_at: new Date(Date.now() - 1000) })
        const old = store.sign({ ...claims, jti: randomUUID() }, undefined, -10)

        for (const expired of [token, old]) {
          expect((await store.check(expired)).body).toEqual(invalid("token_expired"))
          expect((await store.update(expired, NEW)).body).toEqual(invalid("token_expired"))
        }
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("a token whose row was deleted is 401 token_invalid", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        const { id } = await row()
        await store.container().resolve(PASSWORD_RESET_MODULE).deletePasswordResets(id)

        expect((await store.update(token, NEW)).body).toEqual(invalid("token_invalid"))
      })

      it.each([
        ["no password", {}],
        ["an empty password", { password: "" }],
        ["a number as password", { password: 12345678 }],
        ["an array as password", { password: ["new-password"] }],
        ["an endless password", { password: "x".repeat(4097) }],
      ])("%s is 400 invalid_data, and the same link still works", async (_, body) => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)

        const refused = await store.update(token, body)

        expect([refused.status, refused.body.type]).toEqual([400, "invalid_data"])
        expect(refused.body.message).toMatch(/password|email/)
        expect(JSON.stringify(refused.body)).not.toContain("12345678")
        expect((await store.login(JANE, "old-password")).status).toBe(200)
        expect((await store.update(token, NEW)).status).toBe(200)
      })

      it("malformed JSON is 400, and the same link still works", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)

        const answer = await store.update(token, `{"password":`)

        expect([answer.status, answer.body.type]).toEqual([400, "invalid_data"])
        expect((await store.update(token, NEW)).status).toBe(200)
      })

      it("tell the log once of a link that another instance has signed with another secret", async () => {
        const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())
        const { iat: _iat, exp: _exp, ...rest } = claims
        const ofNobody = store.sign({ ...rest, jti: "nobody's" }, "another-secret")
        const ofOther = store.sign(rest, "another-secret")
        const warn = jest.spyOn(logger, "warn").mockImplementation(() => undefined)
        const linesAfter = async (tried: string, actor = "customer") => {
          expect((await store.check(tried, actor)).body.code).toBe("token_invalid")
          return warn.mock.calls.filter(([line]) => String(line).includes("another `jwtSecret`"))
            .length
        }
        const lines = [await linesAfter(ofNobody), await linesAfter(token, "user")]
        lines.push(await linesAfter(ofOther), await linesAfter(ofOther))
        warn.mockRestore()

        expect(lines).toEqual([0, 0, 1, 1])
      })

      const NEW = { password: "new-password" }
      const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
      const REASONS: Record<string, string> = {
        token_invalid: "",
        token_expired: ": it has expired",
        token_used: ": it has been used",
        token_superseded: ": a newer link, a new password or an operator has ended it",
      }
      const invalid = (code: string) => ({
        type: "unauthorized",
        code,
        message: `Invalid token${REASONS[code]}`,
      })
      const row = async () => (await store.resets())[0]!
      const rewrite = async (data: Record<string, unknown>) => {
        const { id } = await row()
        await store
          .container()
          .resolve(PASSWORD_RESET_MODULE)
          .updatePasswordResets({ id, ...data })
      }
    })

    it("clients that hang up at once keep no place in the queue for hashing", async () => {
      await store.register(JANE, "old-password")
      const { hostname, port } = new URL(store.url)
      const body = JSON.stringify({ email: "nobody@shop.example", password: "wrong-password" })
      const head = [
        "POST /auth/customer/emailpass HTTP/1.1",
        `host: ${hostname}`,
        "content-type: application/json",
        `content-length: ${body.length}`,
      ]
      const hangUp = (pipelined: number) =>
        new Promise<void>((resolve) => {
          const socket = connect(Number(port), hostname, () => {
            // Pipelined: when a client disconnects, Node notifies only the response that was next.
            socket.write(`${head.join("\r\n")}\r\n\r\n${body}`.repeat(pipelined), () =>
              setTimeout(() => socket.destroy(), pipelined > 1 ? 300 : 0),
            )
          })
          socket.on("close", () => resolve())
        })
      for (let group = 0; group < 6; group++) {
        await Promise.all(Array.from({ length: 20 }, () => hangUp(1)))
      }

      await hangUp(150)
      await store.roomToHash(JANE, "old-password")
    })
  },
  ({ modules }) => {
    modules.auth!.options.providers[0].options = { hashConfig: { logN: 10, r: 8, p: 1 } }
  },
)
