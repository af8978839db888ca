import type { LoaderOptions } from "@medusajs/framework/types"
import { parseOptions } from "../options"

/** Bad options stop the boot, with one line that names them. */
export default async function validateOptions({ options }: LoaderOptions): Promise<void> {
  parseOptions(options)
}
