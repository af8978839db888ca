import { randomBytes } from "node:crypto"
import Sdk from "@medusajs/js-sdk"
import { expect, expectSame, messageOf } from "../support/checks"
import { Client } from "../support/client"
import type { Inbox } from "../support/inbox"
import { linkIn, tokenIn } from "../support/mail-links"
import type { OnStep } from "../support/shop"

type Shop = { url: string; inbox: Inbox; onStep?: OnStep }

/** Does the plugin's whole job, step by step, as a storefront does it: by the JS SDK, unmodified. */
export async function doTheMainJob({ url, inbox, onStep = () => undefined }: Shop): Promise<void> {
  const sdk = new Sdk({
    baseUrl: url,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
  })
  const email = `jane+${randomBytes(4).toString("hex")}@shop.example`
  const [before, after] = ["the-old-password", "the-new-password"]
  const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now()
    const result = await work().catch((error: unknown) => {
      throw new Error(`${name}: ${messageOf(error)}`)
    })
    onStep(name, performance.now() - start)
    return result
  }
  const login = (password: string) => sdk.auth.login("customer", "emailpass", { email, password })
  const client = new Client(url)

  await step("she registered once", () =>
    sdk.auth.register("customer", "emailpass", { email, password: before }),
  )
  await step("she asks for a reset, and is answered at once", () =>
    sdk.auth.resetPassword("customer", "emailpass", { identifier: email.toUpperCase() }),
  )
  const mail = await step("the mail is there", () => inbox.waitForMail(email))
  const token = await step(`it says "${mail.subject}", and carries the link`, async () => {
    const found = tokenIn(mail)
    expect(linkIn(mail).searchParams.get("email"), "the link has no address")
    expect(mail.html.includes(found), "the HTML part has no link")
    return found
  })
  await step("the link works, says the shop without spending it", async () => {
    expectSame((await client.check(token)).body.valid, true)
  })
  await step("she sets a new password", () =>
    sdk.auth.updateProvider("customer", "emailpass", { email, password: after }, token),
  )
  await step("the old password signs in no more", async () => {
    expectSame(await login(before).then(() => 200, statusOf), 401)
  })
  await step("the new one does", async () => {
    expect(typeof (await login(after)) === "string", "no token came back")
  })
  await step("the link works no more", async () => {
    expectSame((await client.check(token)).status, 401)
  })
}

/** The status of the answer that the SDK took for an error. */
function statusOf(error: unknown): unknown {
  return (error as { status?: unknown }).status
}
