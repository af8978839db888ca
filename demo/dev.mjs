import { startShop } from "../support/shop.mjs"
import { freePort } from "../support/free-port.ts"

/** `npm run dev`: a shop with the plugin, its admin and its inbox, until Ctrl+C. */
const ADMIN = { email: "admin@shop.example", password: "supersecret" }
const JANE = { email: "jane@shop.example", password: "supersecret" }

const port = Number(process.env.PORT) || (await freePort())
console.log("Starting Postgres, a mail server and Medusa; this takes half a minute.")
const shop = await startShop({
  admin: true,
  port,
  beforeStart: (store) => store.run("user", "-e", ADMIN.email, "-p", ADMIN.password),
})
await fetch(`${shop.url}/auth/customer/emailpass/register`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(JANE),
})
shop.store.quiet = false

console.log(`
  API      ${shop.url}
  Admin    ${shop.url}/app              ${ADMIN.email} / ${ADMIN.password}
  Inbox    ${shop.inbox.webUrl}
  Customer ${JANE.email} / ${JANE.password}

  Forgot it? curl -X POST ${shop.url}/auth/customer/emailpass/reset-password \\
               -H 'content-type: application/json' -d '{"identifier":"${JANE.email}"}'

  Ctrl+C stops it all and forgets the data.
`)
