import type { MedusaContainer } from "@medusajs/framework/types"

const HOOKED = Symbol.for("medusa-plugin-password-reset.hooked")

type Workflow<Input, Output> = {
  (container: MedusaContainer): { run(of: { input: Input }): Promise<{ result: Output }> }
  // The types of handlers do not matter here: a call of `validate` is only noted and passed on.
  hooks: { validate: (...handler: never[]) => void }
  getName(): string
}

/**
 * The names of the workflows that the store hooks into: a workflow has no way to ask for its handlers.
 *
 * They are kept on `globalThis` because Medusa keeps handlers per process. So a process that loads this
 * package twice has one list.
 */
const shared = globalThis as { [HOOKED]?: Set<string> }
const hookedWorkflows = (shared[HOOKED] ??= new Set())

/** A plain function that does what a workflow does. */
export type DirectRun<Input, Output> = (input: Input, container: MedusaContainer) => Promise<Output>

/**
 * Makes a function that does the work of a workflow without Medusa's engine, as long as the store has no
 * hook in it. With a hook, the function runs the workflow.
 *
 * The engine queries the database before each run, and it fails without its Redis if it is set up with one.
 * See docs/adr/0004-no-engine-without-hooks.md and docs/performance.md.
 *
 * @param workflow the workflow, which must have a hook `validate`
 * @param work does the same as the workflow, except for the hook
 */
export function runDirectly<Input, Output>(
  workflow: NoInfer<Workflow<Input, Output>>,
  work: DirectRun<Input, Output>,
): DirectRun<Input, Output> {
  const { validate } = workflow.hooks
  workflow.hooks.validate = (...handler) => {
    hookedWorkflows.add(workflow.getName())
    validate(...handler)
  }
  return async (input, container) =>
    hookedWorkflows.has(workflow.getName())
      ? (await workflow(container).run({ input })).result
      : work(input, container)
}
