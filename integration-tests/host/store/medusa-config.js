const { defineConfig } = require("@medusajs/framework/utils")

const { BACKEND_URL, COOKIE_SECRET, DATABASE_URL, JWT_SECRET, SMTP_URL } = process.env

module.exports = defineConfig({
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
  plugins: [
    {
      resolve: "medusa-plugin-password-reset",
      options: {
        resetUrl: {
          customer: "http://localhost:8000/reset-password",
          user: `${BACKEND_URL}/app/reset-password`,
          vendor: "http://localhost:8000/vendors/reset-password",
        },
      },
    },
  ],
  modules: [
    {
      resolve: "@medusajs/medusa/auth",
      options: {
        providers: [
          { resolve: "medusa-plugin-password-reset/providers/emailpass", id: "emailpass" },
        ],
      },
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
          {
            resolve: "@medusajs/medusa/notification-local",
            id: "local",
            options: { channels: ["feed"] },
          },
        ],
      },
    },
  ],
})
