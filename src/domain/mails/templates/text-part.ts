import type { MailBody } from "./mail-body"
import { fill } from "./phrase"

/**
 * Writes a mail as plain text. A link has a line of its own, so that mail programs find its end.
 *
 * @param row words that join a label and its value, with `{label}` and `{value}`
 */
export function textPart(
  { heading, paragraphs, details = [], advice = [], button, notes }: MailBody,
  { row, storeName }: { row: string; storeName: string },
): string {
  const rows = details.map(({ label, value }) => fill(row, { label, value }).text)
  return [
    heading.text,
    ...paragraphs.map(({ text }) => text),
    ...(rows.length ? [rows.join("\n")] : []),
    ...advice.map(({ text }) => text),
    ...(button ? [`${button.label.text}\n${button.href}`] : []),
    ...notes.map(({ text }) => text),
    `-- \n${storeName}\n`,
  ].join("\n\n")
}
