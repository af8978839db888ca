import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"
import { exports as doors } from "../../package.json"

const ROOT = join(__dirname, "../..")

/** What each entry point of the package offers: a name more or less is a change of the contract. */
const ENTRY_POINTS = {
  "index.ts": {
    values: ["PASSWORD_CHANGED", "PASSWORD_RESET_ACCEPTED"],
    types: [
      "Branding",
      "ErrorCode",
      "Mail",
      "MailContent",
      "MailKind",
      "MailLook",
      "PartialWords",
      "PasswordChangedEvent",
      "PasswordReason",
      "PasswordReasonCode",
      "PasswordResetEvent",
      "PasswordResetPluginOptions",
      "PasswordResetStatus",
      "SmtpOptions",
      "StoreLocales",
    ],
  },
  "workflows/index.ts": {
    values: [
      "cancelPasswordResetWorkflow",
      "changePasswordWorkflow",
      "completePasswordResetWorkflow",
      "deliverPasswordNoticesWorkflow",
      "deliverPasswordResetsWorkflow",
      "issuePasswordResetsWorkflow",
      "requestPasswordResetWorkflow",
      "startPasswordResetWorkflow",
    ],
    types: [
      "ChangePasswordInput",
      "CompletePasswordResetInput",
      "DeliverPasswordResetsInput",
      "IssuePasswordResetsResult",
      "PasswordChanged",
      "RequestPasswordResetInput",
      "RequestPasswordResetResult",
      "StartPasswordResetInput",
      "StartPasswordResetResult",
    ],
  },
  "modules/password-reset/index.ts": {
    values: ["PASSWORD_RESET_MODULE", "default"],
    types: ["PasswordResetModuleService"],
  },
  "providers/emailpass/index.ts": { values: ["EmailpassProvider", "default"], types: [] },
  "providers/smtp/index.ts": { values: ["SmtpNotificationProvider", "default"], types: [] },
}

/** The names of the types that a file exports, which nothing tells at run time. */
function exportedTypes(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, isTypeOnly } = statement
      if (!exportClause || !ts.isNamedExports(exportClause)) {
        throw new Error(`${path} exports what it does not name`)
      }
      return exportClause.elements
        .filter((element) => isTypeOnly || element.isTypeOnly)
        .map(({ name }) => name.text)
    }
    const isType = ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)
    const isExported =
      isType && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    return isExported ? [statement.name.text] : []
  })
}

/** Every file that importing a file of `src` loads, in a process of its own. */
function filesLoadedBy(file: string): string[] {
  const path = join(ROOT, "src", file)
  const code = `require(${JSON.stringify(path)}); console.log(JSON.stringify(Object.keys(require.cache)))`
  const loaded = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", code], {
    cwd: ROOT,
    encoding: "utf8",
  })
  return (JSON.parse(loaded) as string[])
    .map((name) => relative(ROOT, name))
    .filter((name) => !/^node_modules\/(tsx|esbuild)\//.test(name))
}

describe.each(Object.entries(ENTRY_POINTS))("the entry point src/%s", (file, { values, types }) => {
  const path = join(ROOT, "src", file)

  it("exports these values, and no others", async () => {
    const names = Object.keys(await import(path)).filter((name) => name !== "__esModule")

    expect(names.sort()).toEqual(values)
  })

  it("exports these types, and no others", () => {
    expect(exportedTypes(path).sort()).toEqual(types)
  })
})

describe("the sample store that the package's types are tested on", () => {
  it("uses every name that stores may use", () => {
    const path = join(ROOT, "integration-tests/host/store/types.ts")
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest)
    const imported = source.statements.flatMap((statement) => {
      const names = ts.isImportDeclaration(statement) && statement.importClause?.namedBindings
      return names && ts.isNamedImports(names) ? names.elements.map(({ name }) => name.text) : []
    })
    const offered = Object.values(ENTRY_POINTS).flatMap(({ values, types }) => [
      ...values,
      ...types,
    ])

    expect(imported).toEqual(expect.arrayContaining(offered.filter((name) => name !== "default")))
  })
})

describe("the package", () => {
  it("has these doors, and no others", () => {
    expect(Object.keys(doors).sort()).toEqual([
      ".",
      "./.medusa/server/src/modules/*", // Medusa's own, to load the modules of a plugin.
      "./modules/*",
      "./package.json",
      "./providers/*",
      "./workflows",
    ])
  })

  it("has each module and each provider on the list", () => {
    const folders = ["modules", "providers"].flatMap((room) =>
      readdirSync(join(ROOT, "src", room)).map((name) => `${room}/${name}/index.ts`),
    )
    const listed = Object.keys(ENTRY_POINTS).filter((file) => /^(modules|providers)\//.test(file))

    expect(folders.sort()).toEqual(listed.sort())
  })
})

describe("the root entry", () => {
  it("loads nothing but names: neither Medusa nor any other package", () => {
    expect(filesLoadedBy("index.ts")).toEqual(["src/index.ts", "src/domain/events/names.ts"])
  })
})
