import { withStore } from "../store"

/** Every route that a dialect has, with its methods. */
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

withStore("a store that speaks no dialect", (store) => {
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
})
