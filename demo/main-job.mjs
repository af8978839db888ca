import { randomBytes } from "node:crypto"

/**
 * The plugin's whole job, step by step, as a storefront does it: by the JS SDK, unmodified.
 *
 * @param {{ Sdk: any, url: string, inbox: Awaited<ReturnType<import("../support/inbox.mjs").startInbox>>,
 *   onStep: (done: string, milliseconds: number) => void }} shop
 */
export async function doTheMainJob({ Sdk, url, inbox, onStep }) {
  const sdk = new (Sdk.default ?? Sdk)({
    baseUrl: url,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
  })
  const email = `jane+${randomBytes(4).toString("hex")}@shop.example`
  const [before, after] = ["the-old-password", "the-new-password"]
  const step = async (name, work) => {
    const start = performance.now()
    const result = await work().catch((error) => {
      throw new Error(`${name}: ${error.message}`)
    })
    onStep(name, performance.now() - start)
    return result
  }
  const login = (password) => sdk.auth.login("customer", "emailpass", { email, password })

  await step("she registered once", () =>
    sdk.auth.register("customer", "emailpass", { email, password: before }),
  )
  await step("she asks for a reset, and is answered at once", () =>
    sdk.auth.resetPassword("customer", "emailpass", { identifier: email.toUpperCase() }),
  )
  const mail = await step("the mail is there", () => inbox.waitForMail(email))
  const link = await step(`it says "${mail.subject}", and carries the link`, async () =>
    linkIn(mail),
  )
  await step("the link works, says the shop without spending it", async () => {
    const { valid } = await check(url, link.token)
    expect(valid === true, "the check did not say `valid`")
  })
  await step("she sets a new password", () =>
    sdk.auth.updateProvider("customer", "emailpass", { email, password: after }, link.token),
  )
  await step("the old password signs in no more", () => expectRefusal(() => login(before)))
  await step("the new one does", async () => {
    expect(typeof (await login(after)) === "string", "no token came back")
  })
  await step("the link works no more", () => expectRefusal(() => check(url, link.token)))
}

function linkIn({ text, html }) {
  const link = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? "about:blank")
  const token = link.searchParams.get("token")
  expect(token && link.searchParams.get("email"), `no link in the mail:\n${text}`)
  expect(html.includes(token), "the HTML part has no link")
  return { token }
}

async function check(url, token) {
  const response = await fetch(`${url}/auth/customer/emailpass/reset-password`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const body = await response.json()
  if (!response.ok) {
    throw Object.assign(new Error(body.message), { status: response.status })
  }
  return body
}

async function expectRefusal(work) {
  const answer = await work().then(
    () => 200,
    ({ status }) => status,
  )
  expect(answer === 401, `answered with ${answer} instead of 401`)
}

function expect(condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}
