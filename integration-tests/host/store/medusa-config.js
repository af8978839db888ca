const { defineConfig } = require("@medusajs/framework/utils")

const {
  BACKEND_URL,
  COOKIE_SECRET,
  DATABASE_URL,
  JWT_SECRET,
  PLUGIN_OPTIONS = "{}", // JSON: what a test wants otherwise
  REDIS_URL,
  SMTP_URL,
  WORKER_MODE,
} = process.env

/** What a store of many instances has on Redis: Medusa's own distributed parts. */
const distributed = [
  {
    resolve: "@medusajs/medusa/event-bus-redis",
    // Keeps what it can, so that a test sees what the plugin leaves there.
    options: { redisUrl: REDIS_URL, jobOptions: { removeOnComplete: false, removeOnFail: false } },
  },
  {
    resolve: "@medusajs/medusa/workflow-engine-redis",
    options: { redis: { redisUrl: REDIS_URL } },
  },
  {
    resolve: "@medusajs/medusa/locking",
    options: {
      providers: [
        {
          resolve: "@medusajs/medusa/locking-redis",
          id: "locking-redis",
          is_default: true,
          options: { redisUrl: REDIS_URL },
        },
      ],
    },
  },
  {
    resolve: "@medusajs/medusa/caching",
    options: {
      providers: [
        {
          resolve: "@medusajs/medusa/caching-redis",
          id: "caching-redis",
          is_default: true,
          options: { redisUrl: REDIS_URL },
        },
      ],
    },
  },
]

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: DATABASE_URL,
    redisUrl: REDIS_URL,
    workerMode: WORKER_MODE,
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
        ...JSON.parse(PLUGIN_OPTIONS),
      },
    },
  ],
  modules: [
    ...(REDIS_URL ? distributed : []),
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
