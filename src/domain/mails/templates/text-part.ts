import type { MailBody } from "./layout"
import { fill } from "./phrase"

/** The same words for those who read no HTML; a link stands alone on its line. */
export function textPart(
  { heading, paragraphs, details = [], advice = [], button, notes }: MailBody,
  { row, storeName }: { row: string; storeName: string },
): string {
  const facts = details.map(({ label, value }) => fill(row, { label, value }).text)
  return [
    heading.text,
    ...paragraphs.map(({ text }) => text),
    ...(facts.length ? [facts.join("\n")] : []),
    ...advice.map(({ text }) => text),
    ...(button ? [`${button.label.text}\n${button.href}`] : []),
    ...notes.map(({ text }) => text),
    `-- \n${storeName}\n`,
  ].join("\n\n")
}
