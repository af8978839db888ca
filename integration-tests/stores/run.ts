import { access } from "node:fs/promises"
import { join } from "node:path"
import { Checks } from "../../support/checks"
import { runCommand } from "../../support/children"
import { packPlugin } from "../../support/installed-store"
import { runMain } from "../../support/main"
import { createTemporaryFolder } from "../../support/temporary-folder"
import { configureStore, runQuickStart } from "../host/quick-start"
import { installKit, type Kit, KITS } from "./kits"

/**
 * `npm run test:stores`: stores as people have them, from an empty folder to the first mail, and to what
 * `medusa build` makes of them. npm, pnpm and yarn install their packages.
 *
 * `-- NAME` tries one of them: `npm`, `pnpm`, `yarn`, `monorepo`.
 */
runMain(async () => {
  const [wanted = ""] = process.argv.slice(2)
  const named = KITS.filter(({ name }) => name === wanted)
  const kits = named.length ? named : KITS.filter(({ name }) => name.includes(wanted))
  const checks = new Checks()
  console.log("\nStores as people have them")
  const { tarball, remove } = await packPlugin()
  try {
    for (const kit of kits) {
      await tryKit(checks, kit, tarball)
    }
  } finally {
    await remove()
  }
  checks.finish()
})

async function tryKit(checks: Checks, kit: Kit, tarball: string): Promise<void> {
  const { path, remove } = await createTemporaryFolder("store")
  try {
    const home = await checks.test(`${kit.name}: installs`, () => installKit(kit, path, tarball))
    if (!home) {
      return
    }
    await configureStore(home)
    await checks.test(`${kit.name}: migrates, starts, and sends its first mail`, () =>
      runQuickStart(home),
    )
    await checks.test(`${kit.name}: \`medusa build\` makes a server and an admin`, async () => {
      await runCommand("npx", ["medusa", "build"], { cwd: home })
      await access(join(home, ".medusa/server/medusa-config.js"))
      await access(join(home, ".medusa/server/public/admin/index.html"))
    })
  } finally {
    await remove()
  }
}
