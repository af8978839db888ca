import { execFile } from "node:child_process"
import { join } from "node:path"

const ROOT = join(__dirname, "../..")

/** What the walls say of a line of code in a file; the file need not be there. */
function faultsOf(file: string, code: string): Promise<string[]> {
  const eslint = require.resolve("eslint/package.json").replace("package.json", "bin/eslint.js")
  const args = [eslint, "-c", "eslint.walls.mjs", "--format", "json", "--stdin"]
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [...args, "--stdin-filename", file],
      { cwd: ROOT },
      (error, stdout) => {
        const [result] = stdout ? (JSON.parse(stdout) as { messages: { message: string }[] }[]) : []
        result ? resolve(result.messages.map(({ message }) => message)) : reject(error!)
      },
    )
    child.stdin!.end(code)
  })
}

describe("the walls between rooms", () => {
  it.each([
    ["src/domain/timing/a.ts", "../database/sql"],
    ["src/domain/database/medusa/a.ts", "../../tokens/reset-token"],
    ["src/domain/mails/templates/kinds/a.ts", "../../../../modules/password-reset"],
    ["src/domain/resets/a.ts", "../mails/send-mails"],
    ["src/domain/sessions/a.ts", "@medusajs/framework/http"],
    ["src/domain/throttle/a.ts", "node:http"],
    ["src/domain/throttle/a.ts", "@medusajs/framework"],
    ["src/workflows/steps/a.ts", "../../providers/emailpass"],
    ["src/domain/a.ts", "./passwords/password-policy"],
    ["src/modules/password-reset/a.ts", "../../workflows"],
    ["src/workflows/steps/a.ts", "../../api/request-client"],
    ["src/workflows/a.ts", "../worker/worker"],
    ["src/providers/emailpass/a.ts", "../../api/request-client"],
    ["src/client/a.ts", "node:crypto"],
    ["src/client/a.ts", "../domain/errors"],
  ])("keep %s from importing %s", async (file, target) => {
    expect(await faultsOf(file, `import { a } from "${target}"\na()\n`)).toHaveLength(1)
  })

  it.each([
    ["src/domain/mails/a.ts", "../resets/decide"],
    ["src/domain/database/medusa/a.ts", "../sql"],
    ["src/worker/a.ts", "../workflows/issue-password-resets"],
    ["src/api/guards/a.ts", "@medusajs/framework/http"],
    ["src/api/auth/a.ts", "../../domain/mails/store-name"],
  ])("let %s import %s", async (file, target) => {
    expect(await faultsOf(file, `import { a } from "${target}"\na()\n`)).toEqual([])
  })
})
