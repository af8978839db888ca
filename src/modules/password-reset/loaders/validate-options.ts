import type { LoaderOptions } from "@medusajs/framework/types"
import { parseOptions } from "../options"

/** Stops the start of the store where options are bad, with one line that names each of them. */
export default async function validateOptions({ options }: LoaderOptions): Promise<void> {
  parseOptions(options)
}
