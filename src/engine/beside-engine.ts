import { AsyncLocalStorage } from "node:async_hooks"
import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import type { ReturnWorkflow } from "@medusajs/framework/workflows-sdk"

type Run = (of: { input: never }) => Promise<{ result: unknown }>

/** As much of Medusa's `ReturnWorkflow` as is used here. */
type Workflow<Input, Result> = (container: MedusaContainer) => {
  run(of: { input: Input }): Promise<{ result: Result }>
}

/**
 * What the run of a workflow keeps from Medusa's engine. The engine copies input and results level by level,
 * and tells the result of each step to whoever subscribes to the workflow
 * (`GET /admin/workflows-executions/…/subscribe`). So tokens, and what is shaped by a stranger, travel beside
 * it, in an async context that the steps of one run share.
 */
export class BesideEngine<Kept extends object> {
  private readonly storage = new AsyncLocalStorage<Kept>()

  /** What is kept beside the present run; undefined where the engine was told the workflow's id to run it. */
  get(): Kept | undefined {
    return this.storage.getStore()
  }

  /**
   * Makes the `run` of a workflow keep things here. Its callers in this process notice no difference: they
   * give the same input, and get the same result, as if the engine saw it all.
   *
   * @param split takes out of the input what the engine must not see
   * @param join puts what was kept into the result
   */
  wrap<Input, Result, Hooks extends unknown[]>(
    workflow: ReturnWorkflow<Input, Result, Hooks>,
    split: (input: Input) => { input: Input; kept: Kept },
    join: (result: Result, kept: Kept) => Result = (result) => result,
  ): ReturnWorkflow<Input, Result, Hooks> {
    const wrapped = (container: MedusaContainer) => {
      const flow = (workflow as Workflow<Input, Result>)(container)
      const runFlow = flow.run.bind(flow)
      const run = async (of: { input: Input }) => {
        const { input, kept } = split(of.input)
        const ended = await this.storage.run(kept, () => runFlow({ ...of, input }))
        return { ...ended, result: ended.result && join(ended.result, kept) }
      }
      return Object.assign(flow, { run })
    }
    const run: Run = (of) => wrapped(undefined as never).run(of)
    return Object.assign(wrapped, workflow, { run }) as unknown as typeof workflow
  }
}

/** The error of a workflow that was run in another way, where nothing can be kept beside the engine. */
export function needsRun(workflow: string): MedusaError {
  return new MedusaError(
    MedusaError.Types.NOT_ALLOWED,
    `Tokens are given to none but the code that calls ${workflow}(container).run()`,
  )
}
