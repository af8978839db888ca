/** @param share 0 to 1 */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

export function median(values: number[]): number {
  return percentile(values, 0.5)
}

export type ShopName = "core" | "plugin"

/** What one shop does in one round: times in milliseconds, memory and log in bytes, rates a second. */
export type RoundFigures = Record<
  | "boot"
  | "memory"
  | "health"
  | "healthAlone"
  | "accepted"
  | "delivered"
  | "unknown"
  | "knownServer"
  | "knownDatabase"
  | "knownWal"
  | "unknownServer"
  | "unknownDatabase"
  | "unknownWal"
  | "latency"
  | "update"
  | "session"
  | "sustained"
  | "worked",
  number
>

/** A flood: answers a second, and how long the list of products took beside it (p95, milliseconds). */
export type Flood = { perSecond: number; statuses: Record<string, number>; products: number }

/** The floods of one shop, and how long the list of products takes without any. */
export type FloodFigures = { idle: number; health: Flood; resets: Flood; logins: Flood }

/** What the plugin's tables and indexes take on disk, in bytes: for each account, and for each reset. */
export type Growth = { account: number; reset: number }

export type Report = {
  figures: Record<ShopName, RoundFigures>
  floods: Record<ShopName, FloodFigures>
  /** The package with its dependencies, in bytes. */
  installed: number
  /** The plugin's once more, on full tables. */
  scaled?: RoundFigures
  growth?: Growth
}
