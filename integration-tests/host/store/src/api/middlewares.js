const { authenticate, defineMiddlewares } = require("@medusajs/framework/http")

exports.default = defineMiddlewares({
  routes: [
    {
      matcher: "/vendors/*",
      methods: ["GET"],
      middlewares: [authenticate("vendor", ["bearer", "session"], { allowUnregistered: true })],
    },
  ],
})
