import { agentActionsDialect } from "./agent-actions.js";
import type { Dialect } from "./dialect.js";

/**
 * The dialects in the order in which they are asked: the first that knows the span is its source. What several libraries
 * write (`gen_ai.operation.name`) comes after what only one does.
 */
export const DIALECTS: readonly Dialect[] = [agentActionsDialect];
