import { html, type Html } from "./html"
import type { MailBody, MailFrame } from "./mail-body"
import type { Phrase } from "./phrase"
import type { Palette } from "./theme"

/** Attributes of tables that only lay out: screen readers skip them (`role`). */
export const TABLE = html`role="presentation" border="0" cellpadding="0" cellspacing="0"`
export const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"

/** The store's logo, or its name if it has none. */
export function head({ storeName, logo }: MailFrame, { text }: Palette): Html {
  const style = `${FONT}font-size:17px;line-height:24px;font-weight:700;`
  if (!logo) {
    return html`<p class="text" style="margin:0 0 28px;${style}color:${text};">
      ${storeName.html}
    </p>`
  }
  const { url, alt, width, height } = logo
  const size = html`${width ? html` width="${String(width)}"` : ""}
  ${height ? html` height="${String(height)}"` : ""}`
  // The `alt` text shows where images are blocked. It stays dark, since it keeps the logo's white background.
  return html`<p style="margin:0 0 28px;${style}">
    <img
      class="logo"
      src="${url}"
      alt="${alt}"
      ${size}
      style="${
        width ? "" : "max-height:56px;"
      }max-width:100%;border:0;vertical-align:top;${style}color:#1b1d21;"
    />
  </p>`
}

/** The heading, the paragraphs, the details and the advice. */
export function content(
  { heading, paragraphs, details = [], advice = [] }: MailBody,
  light: Palette,
): Html {
  const table = html`<table
    ${TABLE}
    class="line"
    width="100%"
    style="margin:4px 0 20px;border-top:1px solid ${light.line};"
  >
    ${details.map(row(light))}
  </table>`
  return html`<h1
      class="text"
      style="margin:0 0 16px;${FONT}font-size:24px;line-height:32px;font-weight:700;color:${light.text};"
    >
      ${heading.html}
    </h1>
    ${paragraphs.map(paragraph(light))} ${details.length ? table : ""}
    ${advice.map(paragraph(light))}`
}

const paragraph =
  ({ text }: Palette) =>
  (words: Phrase): Html =>
    html`<p
      class="text"
      style="margin:0 0 16px;${FONT}font-size:16px;line-height:25px;color:${text};"
    >
      ${words.html}
    </p> `

const small =
  ({ quiet }: Palette) =>
  (words: Phrase): Html =>
    html`<p
      class="quiet"
      style="margin:0 0 8px;${FONT}font-size:14px;line-height:21px;color:${quiet};"
    >
      ${words.html}
    </p> `

const row =
  ({ line, quiet, text }: Palette) =>
  ({ label, value }: { label: Phrase; value: Phrase }): Html => {
    const cell = `padding:10px 0;border-bottom:1px solid ${line};vertical-align:top;${FONT}font-size:14px;line-height:21px;`
    return html`<tr>
      <td class="quiet line" width="30%" style="${cell}color:${quiet};">${label.html}</td>
      <td style="width:12px;${cell}" class="line">&nbsp;</td>
      <td class="text line" style="${cell}color:${text};">${value.html}</td>
    </tr>`
  }

/** The button, at least 44 pixels high (WCAG 2.5.5), and its link as text below it. */
export function action(
  { button }: MailBody,
  { linkHint, direction }: MailFrame,
  light: Palette,
): Html {
  if (!button) {
    return html``
  }
  const { label, href } = button
  return html`<table ${TABLE} class="action" style="margin:24px 0 28px;border-collapse:separate;">
      <tr>
        <td
          class="button"
          align="center"
          bgcolor="${light.button}"
          style="border-radius:8px;border:1px solid ${light.edge};background-color:${light.button};mso-padding-alt:14px 28px;"
        >
          <a
            class="ink"
            href="${href}"
            style="display:inline-block;padding:14px 28px;${FONT}font-size:16px;line-height:22px;font-weight:600;text-align:center;text-decoration:none;color:${light.ink};"
            >${label.html}</a
          >
        </td>
      </tr>
    </table>
    ${small(light)(linkHint)}
    <p
      dir="ltr"
      style="margin:0;${FONT}font-size:13px;line-height:20px;text-align:${
        direction === "rtl" ? "right" : "left"
      };word-break:break-all;"
    >
      <a class="link" href="${href}" style="color:${light.link};">${href}</a>
    </p>`
}

/** The notes, below a line. */
export function smallPrint({ notes }: MailBody, light: Palette): Html {
  if (!notes.length) {
    return html``
  }
  const line = `margin:24px 0 20px;height:0;border:0;border-top:1px solid ${light.line};`
  return html`<hr class="line" style="${line}" />
    ${notes.map(small(light))}`
}
