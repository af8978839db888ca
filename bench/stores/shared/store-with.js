const { defineConfig } = require("@medusajs/framework/utils")

const { BACKEND_URL, COOKIE_SECRET, DATABASE_URL, JWT_SECRET, SMTP_URL } = process.env

/** What both stores have in common: Medusa, its defaults, and the same way to the same mail server. */
exports.storeWith = ({ plugins = [], authProvider }) =>
  defineConfig({
    projectConfig: {
      databaseUrl: DATABASE_URL,
      http: {
        storeCors: "http://localhost:8000",
        adminCors: BACKEND_URL,
        authCors: `http://localhost:8000,${BACKEND_URL}`,
        jwtSecret: JWT_SECRET,
        cookieSecret: COOKIE_SECRET,
      },
    },
    admin: { disable: true, backendUrl: BACKEND_URL },
    plugins,
    modules: [
      // Like the sample store of the package's suite, and on purpose apart from it: each shows a whole store.
      {
        resolve: "@medusajs/medusa/auth",
        options: { providers: [{ resolve: authProvider, id: "emailpass" }] },
      },
      {
        resolve: "@medusajs/medusa/notification",
        options: {
          providers: [
            {
              resolve: "medusa-plugin-password-reset/providers/smtp",
              id: "smtp",
              options: {
                channels: ["email"],
                url: SMTP_URL,
                from: "Shop <no-reply@shop.example>",
              },
            },
          ],
        },
      },
    ],
  })
