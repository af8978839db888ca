import { html, type Html } from "./html"
import type { Phrase } from "./phrase"
import { type Palette, palettes, styleSheets } from "./theme"

/** What every mail consists of, whatever it says. */
export type MailBody = {
  subject: Phrase
  /** What an inbox shows beside the subject. */
  preheader: Phrase
  heading: Phrase
  paragraphs: Phrase[]
  /** Facts, one a row. */
  details?: { label: Phrase; value: Phrase }[]
  /** What follows the details. */
  advice?: Phrase[]
  button?: { label: Phrase; href: string }
  /** Below the button, in small print. */
  notes: Phrase[]
}

/** What surrounds it. */
export type Frame = {
  locale: string
  direction: "ltr" | "rtl"
  storeName: Phrase
  logo?: { url: string; alt: string; width?: number; height?: number }
  color?: string
  /** What stands above the bare link, for readers whose button does not work. */
  linkHint: Phrase
  /** Below the card. */
  footer: Phrase
}

/** The one frame that all mails share, as HTML: tables and inline styles, as mail programs want it. */
export function layOut(body: MailBody, frame: Frame): string {
  const { locale, direction, footer } = frame
  const { light, dark } = palettes(frame.color)
  const align = direction === "rtl" ? "right" : "left"
  return html`<!doctype html>
    <html lang="${locale}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>${body.subject.text}</title>
        ${styleSheets(dark)}
      </head>
      <body class="page" style="margin:0;padding:0;background-color:${light.page};">
        <div style="display:none;max-height:0;overflow:hidden;">${body.preheader.html}</div>
        <table ${TABLE} class="page" width="100%" style="background-color:${light.page};">
          <tr>
            <td class="outer" align="center" style="padding:40px 16px;">
              <table
                ${TABLE}
                class="card"
                width="100%"
                lang="${locale}"
                dir="${direction}"
                style="max-width:520px;border-radius:12px;border:1px solid ${light.line};border-collapse:separate;background-color:${light.card};"
              >
                <tr>
                  <td
                    class="inner"
                    align="${align}"
                    style="padding:36px 40px;text-align:${align};overflow-wrap:anywhere;"
                  >
                    ${head(frame, light)} ${content(body, light)} ${action(body, frame, light)}
                    ${smallPrint(body, light)}
                  </td>
                </tr>
              </table>
              <p
                class="quiet"
                dir="${direction}"
                style="margin:20px auto 0;max-width:440px;${FONT}font-size:12px;line-height:18px;text-align:center;overflow-wrap:anywhere;color:${light.quiet};"
              >
                ${footer.html}
              </p>
            </td>
          </tr>
        </table>
      </body>
    </html> `.source.replace(/\n\s+/g, "\n")
}

const TABLE = html`role="presentation" border="0" cellpadding="0" cellspacing="0"`
const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"

function head({ storeName, logo }: Frame, { text }: Palette): Html {
  const style = `${FONT}font-size:17px;line-height:24px;font-weight:700;`
  if (!logo) {
    return html`<p class="text" style="margin:0 0 28px;${style}color:${text};">
      ${storeName.html}
    </p>`
  }
  const { url, alt, width, height } = logo
  const size = html`${width ? html` width="${String(width)}"` : ""}
  ${height ? html` height="${String(height)}"` : ""}`
  // The words stand in where images are blocked: they stay dark, as they keep the logo's white ground.
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

function content({ heading, paragraphs, details = [], advice = [] }: MailBody, light: Palette) {
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

/** The button, at least 44 pixels high (WCAG 2.5.5), and its link in the open below it. */
function action({ button }: MailBody, { linkHint, direction }: Frame, light: Palette): Html {
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

/** What is good to know, below a line. */
function smallPrint({ notes }: MailBody, light: Palette): Html {
  if (!notes.length) {
    return html``
  }
  const line = `margin:24px 0 20px;height:0;border:0;border-top:1px solid ${light.line};`
  return html`<hr class="line" style="${line}" />
    ${notes.map(small(light))}`
}
