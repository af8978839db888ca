const { storeWith } = require("./shared/medusa-config")

module.exports = storeWith({ authProvider: "@medusajs/medusa/auth-emailpass" })
