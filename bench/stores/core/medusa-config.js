const { storeWith } = require("./store-with")

module.exports = storeWith({ authProvider: "@medusajs/medusa/auth-emailpass" })
