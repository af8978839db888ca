import { defineConfig, loadEnv, Modules } from "@medusajs/framework/utils"

loadEnv(process.env.NODE_ENV ?? "development", process.cwd())

/**
 * Runs the plugin as its own store, for the demo, `npm run dev` and the tests. These start the database and
 * the mail server that the variables name. The file is not part of the package. A store writes the same
 * three entries, with the package's name in `resolve`: see the README.
 */
const {
  DATABASE_URL,
  SMTP_URL = "smtp://127.0.0.1:1025",
  STOREFRONT_URL = "http://localhost:8000",
  BACKEND_URL = "http://localhost:9000",
  JWT_SECRET = "for-development-only",
  COOKIE_SECRET = "for-development-only",
  PLUGIN_OPTIONS = "{}", // JSON: options that a test changes
} = process.env

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: DATABASE_URL,
    http: {
      storeCors: STOREFRONT_URL,
      adminCors: BACKEND_URL,
      authCors: `${STOREFRONT_URL},${BACKEND_URL}`,
      jwtSecret: JWT_SECRET,
      cookieSecret: COOKIE_SECRET,
    },
  },
  admin: { backendUrl: BACKEND_URL, disable: process.env.DISABLE_MEDUSA_ADMIN === "true" },
  modules: [
    {
      // Here the plugin's options are those of its module. In your store they stand under `plugins`.
      resolve: "./src/modules/password-reset",
      options: {
        resetUrl: {
          customer: `${STOREFRONT_URL}/reset-password`,
          user: `${BACKEND_URL}/app/reset-password`,
        },
        ...JSON.parse(PLUGIN_OPTIONS),
      },
    },
    {
      resolve: "@medusajs/medusa/auth",
      key: Modules.AUTH,
      options: { providers: [{ resolve: "./src/providers/emailpass", id: "emailpass" }] },
    },
    {
      resolve: "@medusajs/medusa/notification",
      key: Modules.NOTIFICATION,
      options: {
        providers: [
          {
            resolve: "./src/providers/smtp",
            id: "smtp",
            options: {
              channels: ["email"],
              url: SMTP_URL,
              from: "Demo Shop <no-reply@shop.example>",
            },
          },
          {
            // Medusa drops its own provider for the admin's bell when a store names providers. So name it too.
            resolve: "@medusajs/medusa/notification-local",
            id: "local",
            options: { channels: ["feed"] },
          },
        ],
      },
    },
  ],
})
