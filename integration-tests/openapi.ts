import { readFileSync } from "node:fs"
import { join } from "node:path"
import Ajv, { type ValidateFunction } from "ajv/dist/2020"
import { parse } from "yaml"

type Content = Record<string, { schema: object }>
type Operation = { responses: Record<string, { $ref?: string; content?: Content }> }

const document = parse(readFileSync(join(__dirname, "../docs/openapi.yaml"), "utf8"))
const ajv = new Ajv({ strict: false })
  .addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  .addFormat("uri", (text) => URL.canParse(text))
  .addFormat("email", /^\S+@\S+$/)
ajv.addSchema({ $id: "openapi", ...document })

/** The paths of the document. Those without parameters come first, as in Medusa's router. */
const paths = Object.keys(document.paths)
  .sort((a, b) => Number(a.includes("{")) - Number(b.includes("{")))
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`) }))

/**
 * Compares an answer with docs/openapi.yaml.
 *
 * @returns what is wrong; undefined if nothing is, or if the route is not documented there
 */
export function faultIn(
  method: string,
  url: string,
  { status, type, body }: { status: number; type: string; body: unknown },
): string | undefined {
  const path = url.split("?")[0]!
  const known = paths.find(({ pattern }) => pattern.test(path))
  const operation: Operation | undefined = known && document.paths[known.path][method.toLowerCase()]
  if (!known || !operation) {
    return undefined
  }
  const where = `${method} ${known.path} ${status}`
  const written = operation.responses[status]
  if (!written) {
    return `${where} is not in docs/openapi.yaml`
  }
  const { content } = written.$ref ? resolve(written.$ref) : written
  if (!content) {
    return body === "" ? undefined : `${where} has a body, and none in docs/openapi.yaml`
  }
  const media = content[type]
  if (!media) {
    return `${where} is "${type}", which is not in docs/openapi.yaml`
  }
  const validate = validatorOf(where, media.schema)
  return validate(body) ? undefined : `${where}: ${ajv.errorsText(validate.errors)}`
}

const validators = new Map<string, ValidateFunction>()

function validatorOf(where: string, schema: object): ValidateFunction {
  const known = validators.get(where)
  if (known) {
    return known
  }
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'))
  const validate = ajv.compile(absolute)
  validators.set(where, validate)
  return validate
}

function resolve(reference: string): { content?: Content } {
  return reference
    .slice("#/".length)
    .split("/")
    .reduce((node, key) => node[key], document)
}
