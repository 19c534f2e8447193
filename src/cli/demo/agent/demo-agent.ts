import { describeError } from "../../../internal/describe-error.js";
import type { ActionLogger } from "../../../tracing/action-logger.js";
import type { LoggedDecision } from "../../../tracing/decision.js";
import type { DeedList } from "./deed-list.js";

/**
 * An agent of the demo: it acts by way of the package's public API, and notes in its own list what it did. The list is
 * written from what happened here, not from what the API recorded.
 */
export interface DemoAgent {
  readonly name: string;
  readonly logger: ActionLogger;
  readonly deeds: DeedList;
  /** Calls a tool; what `summarize` makes of the result is recorded in its place. */
  use<T>(
    tool: string,
    parameters: object,
    fn: () => Promise<T>,
    summarize?: (result: T) => unknown,
  ): Promise<T>;
  /** Looks at the world without a record of its own; with `recordAll` it is a tool call as well. */
  look<T>(tool: string, parameters: object, fn: () => Promise<T>): Promise<T>;
  decide(decision: LoggedDecision): Promise<void>;
  /** Works on a task: a success when it ends well, an error when it does not. */
  work<T>(task: string, details: object, fn: () => Promise<T>): Promise<T>;
  /** The same agent's side of a sub-agent: the same run under another name. */
  subAgent(name: string): DemoAgent;
}

/** Calls a tool. All that the agent gets of files and of git comes from here. */
export type CallTool = <T>(tool: string, parameters: object, fn: () => Promise<T>) => Promise<T>;

export interface DemoAgentOptions {
  /** @default calls `fn` */
  readonly callTool?: CallTool;
  /** Record the whole of every result, and what is only looked at. @default false */
  readonly recordAll?: boolean;
}

export function createDemoAgent(
  name: string,
  logger: ActionLogger,
  deeds: DeedList,
  options: DemoAgentOptions = {},
): DemoAgent {
  const { callTool = (_tool, _parameters, fn) => fn(), recordAll = false } = options;
  const use: DemoAgent["use"] = async (tool, parameters, fn, summarize = (result) => result) => {
    try {
      return await logger.toolCall(tool, parameters, async (action) => {
        const result = await callTool(tool, parameters, fn);
        action.setResult(recordAll ? result : summarize(result));
        deeds.action(name, "tool_call", tool);
        return result;
      });
    } catch (error) {
      deeds.action(name, "tool_call", tool, { failed: true });
      throw error;
    }
  };
  return {
    name,
    logger,
    deeds,
    use,
    look: (tool, parameters, fn) => (recordAll ? use : callTool)(tool, parameters, fn),
    async decide(decision) {
      await logger.logDecision(decision);
      deeds.action(name, "decision", decision.decisionName);
    },
    async work(task, details, fn) {
      try {
        const result = await logger.task(task, details, fn);
        deeds.action(name, "success", task);
        return result;
      } catch (error) {
        deeds.action(name, "error", describeError(error).type, { failed: true });
        throw error;
      }
    },
    subAgent: (subName) => createDemoAgent(subName, logger.child({ agentName: subName }), deeds, options),
  };
}
