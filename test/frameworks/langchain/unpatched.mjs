// Switches the instrumentation on, off and on again, and says each time what of the libraries is patched.
import { register } from "node:module";
import { types } from "node:util";
import { LangChainInstrumentation } from "otel-agent-actions/instrumentations/langchain";

register("@opentelemetry/instrumentation/hook.mjs", import.meta.url);
const instrumentation = new LangChainInstrumentation();
const { StructuredTool } = await import("@langchain/core/tools");
const { Pregel } = await import("@langchain/langgraph/pregel");
const { ToolNode } = await import("@langchain/langgraph/prebuilt");

const patched = () =>
  [StructuredTool.prototype.call, Pregel.prototype.stream, ToolNode.prototype.runTool].map(types.isProxy);
const seen = [patched()];
instrumentation.disable();
seen.push(patched());
instrumentation.enable();
seen.push(patched());
console.log(JSON.stringify(seen));
