/** Text that is already HTML. Only this file creates it, so all other text gets escaped. */
export class Html {
  constructor(readonly source: string) {}
}

/**
 * A tagged template that escapes its values, except those that are `Html`. The name of a store or the input
 * of a customer can't inject markup.
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
