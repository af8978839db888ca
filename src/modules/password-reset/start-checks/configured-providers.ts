import { isAbsolute, resolve } from "node:path"
import type { ConfigModule } from "@medusajs/framework/types"
import { dynamicImport } from "@medusajs/framework/utils"

/** A provider of a module, as `medusa-config.ts` has it. */
export type ConfiguredProvider = {
  resolve?: unknown
  id?: string
  options?: Record<string, unknown> & { channels?: string[] }
}

/**
 * The providers that the configuration names for a module.
 *
 * @param module the module's key, such as `Modules.AUTH`
 */
export function providersOf(config: ConfigModule, module: string): ConfiguredProvider[] {
  const entry = config.modules?.[module] as
    { options?: { providers?: ConfiguredProvider[] } } | undefined
  return entry?.options?.providers ?? []
}

/** Whether a provider is of this class, or of one that a store has derived from it. */
export async function isProviderOfClass(
  provider: ConfiguredProvider,
  base: abstract new (...args: never[]) => unknown,
): Promise<boolean> {
  const services = await servicesOf(provider)
  return services.some(
    (service) =>
      typeof service === "function" && (service === base || service.prototype instanceof base),
  )
}

/** Loads the classes of a provider, as Medusa does. */
async function servicesOf({ resolve: target }: ConfiguredProvider): Promise<unknown[]> {
  try {
    const loaded = typeof target === "string" ? await dynamicImport(pathOf(target)) : target
    return (loaded?.default ?? loaded)?.services ?? []
  } catch {
    return [] // Medusa reports a provider that cannot be loaded.
  }
}

function pathOf(target: string): string {
  const path = target.startsWith(".") || isAbsolute(target) ? resolve(target) : target
  return require.resolve(path, { paths: [process.cwd()] })
}
