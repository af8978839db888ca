import { Client } from "../support/client"
import { freePort } from "../support/free-port"
import { runMain } from "../support/main"
import { startShop } from "../support/shop"

const ADMIN = { email: "admin@shop.example", password: "supersecret" }
const JANE = { email: "jane@shop.example", password: "supersecret" }

/** `npm run dev`: a shop with the plugin, its admin and its inbox, until Ctrl+C. */
runMain(async () => {
  console.log("Starting Postgres, a mail server and Medusa; this takes half a minute.")
  const { url, store, inbox } = await startShop({
    hasAdmin: true,
    port: Number(process.env.PORT) || (await freePort()),
    beforeStart: (store) => store.run("user", "-e", ADMIN.email, "-p", ADMIN.password),
  })
  await new Client(url).register(JANE.email, JANE.password)
  store.isQuiet = false

  console.log(`
  API      ${url}
  Admin    ${url}/app              ${ADMIN.email} / ${ADMIN.password}
  Inbox    ${inbox.webUrl}
  Customer ${JANE.email} / ${JANE.password}

  Forgot it? curl -X POST ${url}/auth/customer/emailpass/reset-password \\
               -H 'content-type: application/json' -d '{"identifier":"${JANE.email}"}'

  Ctrl+C stops it all and forgets the data.
`)
})
