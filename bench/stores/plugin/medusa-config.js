const { storeWith } = require("./store-with")

module.exports = storeWith({
  authProvider: "medusa-plugin-password-reset/providers/emailpass",
  plugins: [
    {
      resolve: "medusa-plugin-password-reset",
      options: {
        resetUrl: { customer: "http://localhost:8000/reset-password" },
        ...JSON.parse(process.env.PLUGIN_OPTIONS ?? "{}"),
      },
    },
  ],
})
