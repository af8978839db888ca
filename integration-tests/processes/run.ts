import { resolve } from "node:path"
import { Checks } from "../../support/checks"
import { runMain } from "../../support/main"
import { ROOT } from "../../support/paths"
import { checkCrashes } from "./crashes"
import { checkSecrets } from "./secrets"
import { checkSharedState } from "./shared-state"
import { TwoInstances } from "./two-instances"

/**
 * `npm run test:processes`: two real instances of one shop on one database. What holds in one
 * process must hold across them, and when one of them is killed.
 *
 * With `-- DIR` it runs on the store in DIR; by default the plugin is its own.
 */
runMain(async () => {
  const checks = new Checks()
  console.log("\nTwo instances of one shop")
  const shop = await TwoInstances.start(resolve(process.argv[2] ?? ROOT))
  try {
    await checks.test("the second one starts", () => shop.startSecond())
    await checkSharedState(checks, shop)
    await checkCrashes(checks, shop)
    await checkSecrets(checks, shop)
  } finally {
    await shop.stop()
  }
  checks.finish()
})
