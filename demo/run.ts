import { messageOf } from "../support/checks"
import { runMain } from "../support/main"
import { type Shop, startShop } from "../support/shop"
import { doTheMainJob } from "./main-job"

/**
 * `npm run demo`: starts a shop from nothing and does the plugin's whole job in it, by the official
 * JS SDK. Exits with 0 when every step went well, with 1 and the reason when one did not.
 */
runMain(async () => {
  const start = performance.now()
  let shop: Shop | undefined
  try {
    console.log("\nA shop with medusa-plugin-password-reset, from nothing")
    shop = await startShop({ onStep: print })
    console.log("\nJane forgot her password")
    await doTheMainJob({ url: shop.url, inbox: shop.inbox, onStep: print })
  } catch (error) {
    throw new Error(`\n  ✗ ${messageOf(error)}\n`)
  } finally {
    await shop?.stop()
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`\nDone in ${seconds} s. \`npm run dev\` keeps such a shop running for you to try.\n`)
  process.exit(0)
})

function print(done: string, milliseconds: number): void {
  console.log(`  ✓ ${done.padEnd(70)} ${String(Math.round(milliseconds)).padStart(6)} ms`)
}
