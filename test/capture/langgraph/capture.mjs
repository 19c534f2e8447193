/**
 * LangGraph in JavaScript without createAgent: a graph of models and ToolNodes, two subgraphs side by side, an approval that is denied, a
 * run that is aborted, a model that is down.
 *
 *     node test/capture/run.mjs langgraph                     behind OpenInference
 *     node test/capture/run.mjs langgraph traceloop.mjs       behind Traceloop
 */
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbackManager from "@langchain/core/callbacks/manager";
import { captureGraphs } from "./graphs.mjs";

await captureGraphs("langgraph-js-openinference", "openinference", {
  library: "@arizeai/openinference-instrumentation-langchain",
  instrument: (tracerProvider) =>
    new LangChainInstrumentation({ tracerProvider }).manuallyInstrument(callbackManager),
});
