import type { FloodFigures, Report, RoundFigures } from "./figures"

type Format = (value: number) => string

const seconds: Format = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`
const millis: Format = (milliseconds) => `${milliseconds.toFixed(1)} ms`
const perSecond: Format = (rate) => `${rate.toFixed(0)}/s`
const megabytes: Format = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`
const kilobytes: Format = (bytes) => `${(bytes / 2 ** 10).toFixed(1)} KB`
const times: Format = (ratio) => `${ratio.toFixed(2)}×`
const more = (text: string): string => (text.startsWith("-") ? text : `+${text}`)
const percent: Format = (ratio) => `${(ratio * 100).toFixed(1)} %`

/** What is measured once more, on full tables. */
const SCALED: [name: keyof RoundFigures, format: Format][] = [
  ["accepted", seconds],
  ["delivered", seconds],
  ["unknown", seconds],
  ["sustained", perSecond],
  ["latency", millis],
  ["update", millis],
  ["session", millis],
  ["boot", seconds],
  ["memory", megabytes],
  ["knownServer", millis],
  ["knownDatabase", millis],
  ["knownWal", kilobytes],
  ["unknownServer", millis],
  ["unknownDatabase", millis],
  ["unknownWal", kilobytes],
]

/** The rows of the table: what was measured, core, the plugin, how they compare, and what was aimed at. */
export function rowsOf({ figures, installed, floods, scaled, growth }: Report): string[][] {
  const { core, plugin } = figures
  const faster = (label: string, name: keyof RoundFigures, format: Format, aim: string) => {
    const ratio = times(core[name] / plugin[name])
    return [label, format(core[name]), format(plugin[name]), ratio, aim]
  }
  const overFloor = (name: keyof RoundFigures, floor: keyof RoundFigures) => {
    const over = [core, plugin].map((shop) => times(shop[name] / shop[floor]))
    return ["… over the floor", ...over, "", ""]
  }
  const besideFlood = (label: string, name: "health" | "resets" | "logins", aim: string) => {
    const slower = ({ [name]: { products }, idle }: FloodFigures) => times(products / idle)
    return [label, slower(floods.core), slower(floods.plugin), "", aim]
  }
  const rows = [
    ["", "core", "plugin", "ratio", "aim"],
    faster("the floor: as many /health", "health", seconds, ""),
    faster("existing accounts: all accepted", "accepted", seconds, "≥ 5×"),
    overFloor("accepted", "health"),
    faster("existing accounts: all mails taken", "delivered", seconds, "≥ 3×"),
    overFloor("delivered", "health"),
    faster("unknown addresses: all accepted", "unknown", seconds, "≥ 3×"),
    overFloor("unknown", "health"),
    [
      "… against existing ones",
      percent(core.unknown / core.accepted - 1),
      percent(plugin.unknown / plugin.accepted - 1),
      "",
      "within 5 %",
    ],
    [
      "mails a second, sustained",
      perSecond(core.sustained),
      perSecond(plugin.sustained),
      times(plugin.sustained / core.sustained),
      "≥ 3×",
    ],
    faster("request to mail at 20/s, p95", "latency", millis, "< 500 ms, ≥ 1×"),
    [
      "update, beyond the hash itself, p50",
      millis(core.update),
      millis(plugin.update),
      "",
      "≤ 25 ms",
    ],
    overFloor("update", "healthAlone"),
    [
      "flood of resets from one client: answers",
      perSecond(floods.core.resets.perSecond),
      perSecond(floods.plugin.resets.perSecond),
      times(floods.plugin.resets.perSecond / floods.core.resets.perSecond),
      "≥ 8×",
    ],
    besideFlood("the floor: products beside a flood of /health, p95, against idle", "health", ""),
    besideFlood("products beside the flood of resets", "resets", "≤ 1.3×"),
    besideFlood("products beside a flood of logins", "logins", "≤ 1.5×"),
    faster("server's processor, a request with its mail", "knownServer", millis, ""),
    faster("… database's", "knownDatabase", millis, ""),
    faster("… written to the database's log", "knownWal", kilobytes, ""),
    faster("server's processor, an unknown address", "unknownServer", millis, ""),
    faster("… database's", "unknownDatabase", millis, ""),
    faster("… written to the database's log", "unknownWal", kilobytes, ""),
    faster("GET /store/customers/me, p50", "session", millis, "1×"),
    overFloor("session", "healthAlone"),
    [
      "boot",
      seconds(core.boot),
      seconds(plugin.boot),
      more(seconds(plugin.boot - core.boot)),
      "≤ +0.5 s",
    ],
    [
      "memory after boot",
      megabytes(core.memory),
      megabytes(plugin.memory),
      more(megabytes(plugin.memory - core.memory)),
      "≤ +20 MB",
    ],
    [
      "memory after the load",
      megabytes(core.worked),
      megabytes(plugin.worked),
      more(megabytes(plugin.worked - core.worked)),
      "",
    ],
    ["installed, with dependencies", "", megabytes(installed), "", "≤ 15 MB"],
  ]
  if (growth) {
    rows.push([
      "full tables: on disk for each account",
      "",
      `${growth.account.toFixed(0)} B`,
      "",
      "",
    ])
    rows.push([
      "full tables: on disk for each old reset",
      "",
      `${growth.reset.toFixed(0)} B`,
      "",
      "",
    ])
  }
  if (scaled) {
    for (const [name, format] of SCALED) {
      const than = percent(scaled[name] / plugin[name] - 1)
      rows.push([`full tables: ${name}`, "", format(scaled[name]), than, "within 10 %"])
    }
  }
  return rows
}

export function printTable(rows: string[][]): void {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  for (const row of rows) {
    console.log(row.map((cell, column) => cell.padEnd(widthOf(column))).join("  "))
  }
}
