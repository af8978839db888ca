import type { MedusaContainer } from "@medusajs/framework/types"

const HOOKED = Symbol.for("medusa-plugin-password-reset.hooked")

type Workflow<Input, Output> = {
  (container: MedusaContainer): { run(of: { input: Input }): Promise<{ result: Output }> }
  // Its handlers are what the store makes them; here they are only counted.
  hooks: { validate: (...handler: never[]) => void }
  getName(): string
}

/**
 * The names of the workflows that the store hooks into, which they don't tell themselves. Of the whole
 * process, as Medusa's handlers are, even where the package is in it twice.
 */
const shared = globalThis as { [HOOKED]?: Set<string> }
const hooked = (shared[HOOKED] ??= new Set())

/** What stands for a workflow where it is not hooked into. */
export type Direct<Input, Output> = (input: Input, container: MedusaContainer) => Promise<Output>

/**
 * What a workflow does, done without Medusa's engine where no store hooks into it: the engine asks the
 * database before each run whether it goes on with another one, and can't run without the Redis that it may
 * live in. See docs/performance.md.
 *
 * @param work what the workflow does, hooks aside
 */
export function runDirectly<Input, Output>(
  workflow: NoInfer<Workflow<Input, Output>>,
  work: Direct<Input, Output>,
): Direct<Input, Output> {
  const { validate } = workflow.hooks
  workflow.hooks.validate = (...handler) => {
    hooked.add(workflow.getName())
    validate(...handler)
  }
  return async (input, container) =>
    hooked.has(workflow.getName())
      ? (await workflow(container).run({ input })).result
      : work(input, container)
}
