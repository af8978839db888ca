import { html, type Html } from "./html"

/** What every mail consists of, whatever it says. */
export type MailBody = {
  /** BCP 47 language tag. */
  locale: string
  storeName: string
  subject: string
  /** What an inbox shows beside the subject. */
  preheader: string
  heading: string
  paragraphs: string[]
  button: { label: string; href: string }
  /** What stands above the bare link, for readers whose button does not work. */
  linkHint: string
  /** Small print below it all. */
  footer: string[]
}

/** A mail as the Notification Module hands it to a provider. */
export type MailContent = { subject: string; html: string; text: string }

/** The one frame that all mails share: HTML for most, the same words as text for the rest. */
export function layOut(body: MailBody): MailContent {
  return {
    subject: oneLine(body.subject),
    html: htmlPart(body).source,
    text: textPart(body),
  }
}

function textPart({ heading, paragraphs, button, footer, storeName }: MailBody): string {
  return [
    heading,
    ...paragraphs,
    `${button.label}:\n${button.href}`,
    ...footer,
    `-- \n${oneLine(storeName)}`,
  ].join("\n\n")
}

function htmlPart(body: MailBody): Html {
  const paragraphs = body.paragraphs.map((text) => html`<p style="${TEXT}">${text}</p>`)
  const footer = body.footer.map((text) => html`<p class="quiet" style="${SMALL}">${text}</p>`)
  return html`<!doctype html>
    <html lang="${body.locale}" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${body.subject}</title>
        <style>
          :root {
            color-scheme: light dark;
          }
          @media (prefers-color-scheme: dark) {
            .page {
              background-color: #16181d !important;
            }
            .card {
              background-color: #22252c !important;
            }
            .card,
            .card p,
            .card h1 {
              color: #f2f3f5 !important;
            }
            .card .quiet,
            .card .quiet a {
              color: #a9afba !important;
            }
            .button {
              background-color: #f2f3f5 !important;
              color: #16181d !important;
            }
          }
        </style>
      </head>
      <body class="page" style="margin:0;padding:0;background-color:#f4f5f7;">
        <div style="display:none;max-height:0;overflow:hidden;">${body.preheader}</div>
        <table
          role="presentation"
          class="page"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          style="background-color:#f4f5f7;"
        >
          <tr>
            <td align="center" style="padding:32px 16px;">
              <table
                role="presentation"
                class="card"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                style="max-width:520px;background-color:#ffffff;border-radius:12px;"
              >
                <tr>
                  <td style="padding:32px;">
                    <p class="quiet" style="${SMALL}margin-bottom:24px;font-weight:600;">
                      ${body.storeName}
                    </p>
                    <h1
                      style="margin:0 0 16px;${FONT}font-size:22px;line-height:30px;color:#1b1d21;"
                    >
                      ${body.heading}
                    </h1>
                    ${join(paragraphs)}
                    <p style="margin:24px 0;">
                      <a
                        class="button"
                        href="${body.button.href}"
                        style="display:inline-block;padding:14px 24px;border-radius:8px;background-color:#1b1d21;color:#ffffff;${FONT}font-size:16px;line-height:20px;font-weight:600;text-decoration:none;"
                        >${body.button.label}</a
                      >
                    </p>
                    <p class="quiet" style="${SMALL}">${body.linkHint}</p>
                    <p class="quiet" style="${SMALL}word-break:break-all;">
                      <a href="${body.button.href}" style="color:#5c6370;">${body.button.href}</a>
                    </p>
                    <hr style="margin:24px 0;border:0;border-top:1px solid #8886;" />
                    ${join(footer)}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `
}

const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
const TEXT = `margin:0 0 16px;${FONT}font-size:16px;line-height:24px;color:#1b1d21;`
const SMALL = `margin:0 0 12px;${FONT}font-size:13px;line-height:20px;color:#5c6370;`

function join(parts: Html[]): Html {
  return parts.reduce((all, part) => html`${all}${part} `, html``)
}

/** Headers hold one line: a line break in a store's name must not start another header. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim()
}
