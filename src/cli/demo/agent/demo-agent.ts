import { describeError } from "../../../internal/describe-error.js";
import type { ActionLogger } from "../../../tracing/action-logger.js";
import type { LoggedDecision } from "../../../tracing/decision.js";
import type { Ledger } from "./ledger.js";

/**
 * An agent of the demo: it acts by way of the package's public API, and notes in the ledger what it did. The ledger is
 * written from what happened here, not from what the API recorded.
 */
export interface DemoAgent {
  readonly name: string;
  readonly logger: ActionLogger;
  readonly ledger: Ledger;
  /** Calls a tool; what `summarize` makes of the result is recorded in its place. */
  use<T>(
    tool: string,
    parameters: object,
    fn: () => Promise<T>,
    summarize?: (result: T) => unknown,
  ): Promise<T>;
  decide(decision: LoggedDecision): Promise<void>;
  /** Works on a task: a success when it ends well, an error when it does not. */
  work<T>(task: string, details: object, fn: () => Promise<T>): Promise<T>;
  /** The same agent's side of a sub-agent: the same run under another name. */
  subAgent(name: string): DemoAgent;
}

export function createDemoAgent(name: string, logger: ActionLogger, ledger: Ledger): DemoAgent {
  return {
    name,
    logger,
    ledger,
    async use(tool, parameters, fn, summarize = (result) => result) {
      try {
        return await logger.toolCall(tool, parameters, async (action) => {
          const result = await fn();
          action.setResult(summarize(result));
          ledger.action(name, "tool_call", tool);
          return result;
        });
      } catch (error) {
        ledger.action(name, "tool_call", tool, { failed: true });
        throw error;
      }
    },
    async decide(decision) {
      await logger.logDecision(decision);
      ledger.action(name, "decision", decision.decisionName);
    },
    async work(task, details, fn) {
      try {
        const result = await logger.task(task, details, fn);
        ledger.action(name, "success", task);
        return result;
      } catch (error) {
        ledger.action(name, "error", describeError(error).type, { failed: true });
        throw error;
      }
    },
    subAgent: (subName) => createDemoAgent(subName, logger.child({ agentName: subName }), ledger),
  };
}
