/** Text that is HTML already; made by this file only. */
export class Html {
  constructor(readonly source: string) {}
}

/**
 * A tagged template whose values are escaped, save those that are `Html` themselves. What a store
 * is named or a customer typed can't break out of its place.
 */
export function html(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  return new Html(parts.reduce((source, part, index) => source + toHtml(values[index - 1]) + part))
}

function toHtml(value: string | Html | Html[] = ""): string {
  if (Array.isArray(value)) {
    return value.map(toHtml).join("")
  }
  return value instanceof Html ? value.source : escape(value)
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
