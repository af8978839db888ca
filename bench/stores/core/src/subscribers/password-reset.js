/** What Medusa's guide has a store write: one notification for each event, with the link in it. */
module.exports = {
  default: async ({ event, container }) => {
    const { entity_id: email, token } = event.data
    const link = `http://localhost:8000/reset-password?token=${token}&email=${email}`
    await container.resolve("notification").createNotifications({
      to: email,
      channel: "email",
      template: "password-reset",
      content: {
        subject: "Reset your password",
        html: `<p>Somebody asked for a new password for your account.</p><p><a href="${link}">Choose a new password</a></p>`,
        text: `Somebody asked for a new password for your account.\n\n${link}\n`,
      },
    })
  },
  config: { event: "auth.password_reset" },
}
