exports.GET = (req, res) => res.json({ actor_type: req.auth_context.actor_type })
