/** Text that is HTML already; made by `html` only. */
export class Html {
  constructor(readonly source: string) {}
}

/**
 * A tagged template whose values are escaped, save those that are `Html` themselves. What a store
 * is named or a customer typed can't break out of its place.
 */
export function html(parts: TemplateStringsArray, ...values: (string | Html)[]): Html {
  return new Html(
    parts.reduce((source, part, index) => {
      const value = values[index - 1] ?? ""
      return source + (value instanceof Html ? value.source : escape(value)) + part
    }),
  )
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
