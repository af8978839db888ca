import type { MedusaContainer } from "@medusajs/framework/types"

type Workflow<Input, Output> = {
  (container: MedusaContainer): { run(of: { input: Input }): Promise<{ result: Output }> }
  // Its handlers are what the store makes them; here they are only counted.
  hooks: { validate: (...handler: never[]) => void }
}

/**
 * What a workflow does, done without Medusa's engine where no store hooks into it: the engine asks the
 * database before each run whether it goes on with another one, and can't run without the Redis that it may
 * live in. See docs/performance.md.
 *
 * @param work what the workflow does, hooks aside
 */
export function withoutEngine<Input, Output>(
  workflow: NoInfer<Workflow<Input, Output>>,
  work: (input: Input, container: MedusaContainer) => Promise<Output>,
) {
  let isHooked = false // The workflow itself does not tell.
  const { validate } = workflow.hooks
  workflow.hooks.validate = (...handler) => {
    isHooked = true
    validate(...handler)
  }
  return async (input: Input, container: MedusaContainer): Promise<Output> =>
    isHooked ? (await workflow(container).run({ input })).result : work(input, container)
}
