import type { Mail, MailKind, MailLook } from ".."

/** A mail of each kind, for tests, pictures and the preview; nothing of it is in the package. */
export const MAILS: { [K in MailKind]: Extract<Mail, { kind: K }> } = {
  reset: {
    kind: "reset",
    address: "jane@shop.example",
    link: "https://shop.example/reset-password?token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJlbnRpdHlfaWQiOiJqYW5lQHNob3AuZXhhbXBsZSIsInB1cnBvc2UiOiJyZXNldCIsImp0aSI6InhOM3ZLUXNZbTJwTDR3UjgifQ.pX0T2i6m9b1uYqzKc3ZkQ7sVn4&email=jane%40shop.example",
    lifetime: 900,
  },
  otherSignIn: {
    kind: "otherSignIn",
    address: "jane@shop.example",
    providers: ["google", "github"],
    link: "https://shop.example/login",
  },
  register: {
    kind: "register",
    address: "jane@shop.example",
    link: "https://shop.example/register",
  },
  noAccount: { kind: "noAccount", address: "jane@shop.example" },
  passwordChanged: {
    kind: "passwordChanged",
    address: "jane@shop.example",
    at: new Date("2026-03-14T15:09:00Z"),
    reason: "reset",
    browser: "Firefox, Windows",
    ip: "203.0.113.7",
    link: "https://shop.example/forgot-password",
  },
}

/** How they look, where a test says nothing else. */
export const LOOK: MailLook = {
  storeName: "Jane's Shop",
  locale: "en",
  timeZone: "UTC",
  branding: {},
  locales: {},
}

/** A name that tries to break out of wherever it is put. */
export const HOSTILE_NAME = `</title></style><script>alert(1)</script>"><img class=evil src=x onerror=alert(1)> 'Jane' & Söhne 🛍️\u202E\u2066\r\nBcc: eve@evil.example\u2028{address} https://evil.example`
