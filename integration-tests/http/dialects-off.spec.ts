import { withStore } from "../store"

/** All routes of the dialects, with their methods. */
const ROUTES = [
  ["POST", "/store/customers/password-token"],
  ["POST", "/store/customers/password-reset"],
  ["POST", "/api/customer_password_resets"],
  ["GET", "/api/customer_password_resets"],
  ["GET", "/api/customer_password_resets/pwres_1"],
  ["PATCH", "/api/customer_password_resets/pwres_1"],
  ["DELETE", "/api/customer_password_resets/pwres_1"],
  ["OPTIONS", "/api/customer_password_resets"],
  ["OPTIONS", "/api/customer_password_resets/pwres_1"],
  ["POST", "/api/shop/customers/forgot-password"],
  ["OPTIONS", "/api/shop/customers/forgot-password"],
  ["POST", "/api/shop/customers/reset-password"],
  ["PUT", "/api/shop/customers/reset-password"],
  ["OPTIONS", "/api/shop/customers/reset-password"],
] as const

withStore("a store without options of its own", (store) => {
  it.each(ROUTES)("knows no %s %s", async (method, path) => {
    const key = await store.publishableKey()
    const body = ["POST", "PUT", "PATCH"].includes(method)
      ? { email: "jane@shop.example" }
      : undefined
    const { status } = await store.request(method, path, body, {
      ...key,
      "x-storefront-key": key["x-publishable-api-key"]!,
    })

    expect(status).toBe(404)
    expect(await store.resets()).toEqual([])
  })

  it("hands no token to a back end", async () => {
    await store.register("jane@shop.example", "old-password")
    const { token } = await store.apiKey("secret")
    const { status, body } = await store.post(
      "/admin/password-resets",
      { identifier: "jane@shop.example", deliver: false },
      { authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}` },
    )

    expect([status, body.type]).toEqual([403, "forbidden"])
    expect(await store.resets()).toEqual([])
  })
})
