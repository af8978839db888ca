/**
 * The walls between the rooms of `src/`, as docs/architecture.md draws them: imports point down only.
 *
 * Two tiers: where Medusa comes in, and the domain. Each list goes from top to bottom; a room may import
 * from the rooms below its own.
 */
const MEDUSA_TIER = ["subscribers", "jobs", "api", "worker", "workflows", "engine", "modules"]
const DOMAIN_TIER = [
  "mails",
  "resets",
  "passwords",
  "sessions",
  "accounts",
  "tokens",
  "throttle",
  "database",
  "events",
  "timing",
]
/** What knows HTTP. Only `api/` may use it. */
const HTTP = "^(@medusajs/framework/http|@medusajs/medusa/api(/.*)?|express|(node:)?https?2?)$"
/** The root of Medusa's framework exports its HTTP part as well; the tier above needs its types and container. */
const HTTP_OR_FRAMEWORK =
  "^(@medusajs/framework|@medusajs/framework/http|@medusajs/medusa/api(/.*)?|express|(node:)?https?2?)$"

/** Forbids imports of folders that stand anywhere above, and of packages. */
function wall(files, { folders = [], packages, message }) {
  const patterns = [
    ...(folders.length ? [{ regex: `^(\\.{1,2}/)+(${folders.join("|")})(/|$)`, message }] : []),
    ...(packages ? [{ regex: packages, message: "Only src/api may know HTTP." }] : []),
  ]
  return { files, rules: { "no-restricted-imports": ["error", { patterns }] } }
}

const domainRooms = DOMAIN_TIER.map((room, index) =>
  wall([`src/domain/${room}/**/*.ts`], {
    folders: [
      ...MEDUSA_TIER,
      "providers",
      "migration-scripts",
      "admin",
      ...DOMAIN_TIER.slice(0, index),
    ],
    packages: HTTP_OR_FRAMEWORK,
    message: "Imports point down only: see eslint.walls.mjs.",
  }),
)

const medusaRooms = MEDUSA_TIER.map((room) =>
  wall([`src/${room}/**/*.ts`], {
    folders: [
      ...MEDUSA_TIER.slice(0, MEDUSA_TIER.indexOf(room)),
      // The start checks of the module look for the providers' classes; nobody else needs them.
      ...(room === "modules" ? [] : ["providers"]),
    ],
    packages: room === "api" ? undefined : HTTP,
    message: "Imports point down only: see eslint.walls.mjs.",
  }),
)

export default [
  ...domainRooms,
  wall(["src/domain/*.ts"], {
    folders: [...MEDUSA_TIER, "providers", ...DOMAIN_TIER],
    packages: HTTP_OR_FRAMEWORK,
    message: "What all rooms share imports from none.",
  }),
  ...medusaRooms,
  wall(["src/providers/**/*.ts"], {
    folders: MEDUSA_TIER.filter((room) => room !== "modules"),
    packages: HTTP,
    message: "Imports point down only: see eslint.walls.mjs.",
  }),
  {
    // A storefront imports this: no Node, no Medusa, nothing of the server.
    files: ["src/client/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^(node:|@medusajs/|\\.\\./)", message: "The client imports nothing." },
          ],
        },
      ],
    },
  },
  // Tests may look behind the walls.
  { files: ["src/**/__tests__/**"], rules: { "no-restricted-imports": "off" } },
]
