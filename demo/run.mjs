import Sdk from "@medusajs/js-sdk"
import { startShop } from "../support/shop.mjs"
import { doTheMainJob } from "./main-job.mjs"

/**
 * `npm run demo`: starts a shop from nothing and does the plugin's whole job in it, by the official
 * JS SDK. Exits with 0 when every step went well, with 1 and the reason when one did not.
 */
const print = (done, milliseconds) =>
  console.log(`  ✓ ${done.padEnd(70)} ${String(Math.round(milliseconds)).padStart(6)} ms`)

const start = performance.now()
let shop
let failed = false
try {
  console.log("\nA shop with medusa-plugin-password-reset, from nothing")
  shop = await startShop({ onStep: print })
  console.log("\nJane forgot her password")
  await doTheMainJob({ Sdk, url: shop.url, inbox: shop.inbox, onStep: print })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`\nDone in ${seconds} s. \`npm run dev\` keeps such a shop running for you to try.\n`)
} catch (error) {
  failed = true
  console.error(`\n  ✗ ${error.message}\n`)
} finally {
  await shop?.stop()
}
process.exit(failed ? 1 : 0)
