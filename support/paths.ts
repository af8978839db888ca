import { join } from "node:path"

/** The folder of this repository. */
export const ROOT = join(__dirname, "..")

/** What stores call the plugin. */
export const PLUGIN = "medusa-plugin-password-reset"
