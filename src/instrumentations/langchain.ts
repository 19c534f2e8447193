/**
 * LangChain and LangGraph: tools of `@langchain/core`, tool nodes and runs of `@langchain/langgraph`, and of `langchain`'s agents.
 *
 * A tool that is called is `execute_tool` with its own name, whoever calls it. A run of a graph is `invoke_agent` where it has a
 * name, else `invoke_workflow`, until its stream is finished. A call of a tool that does not exist, which a tool node
 * handles by itself, is a failed call. A tool that hands over is a hand-off.
 */
import { ActionInstrumentation, type ActionInstrumentationConfig } from "./base/action-instrumentation.js";
import type { Target } from "./base/target.js";
import { patchRuns } from "./langchain/patch-runs.js";
import { patchToolNodes } from "./langchain/patch-tool-nodes.js";
import { patchTools } from "./langchain/patch-tools.js";

export type { ActionInstrumentationConfig };

const VERSION_1 = { from: "1.0.0", below: "2.0.0" };

// Each is built twice, for `import` and for `require`.
const both = (path: string): readonly string[] => [`${path}.js`, `${path}.cjs`];

const TARGETS: readonly Target[] = [
  { package: "@langchain/core", tested: VERSION_1, files: both("dist/tools/index"), patch: patchTools },
  { package: "@langchain/langgraph", tested: VERSION_1, files: both("dist/pregel/index"), patch: patchRuns },
  {
    package: "@langchain/langgraph",
    tested: VERSION_1,
    files: both("dist/prebuilt/tool_node"),
    patch: patchToolNodes,
  },
  {
    package: "langchain",
    tested: VERSION_1,
    files: both("dist/agents/nodes/ToolNode"),
    patch: patchToolNodes,
  },
];

export class LangChainInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("langchain", config);
  }

  protected override targets(): readonly Target[] {
    return TARGETS;
  }
}
