import * as callbackManagerModule from "@langchain/core/callbacks/manager";
import { LangChainInstrumentation } from "@traceloop/instrumentation-langchain";
import { captureGraphs } from "./graphs.mjs";

await captureGraphs("langgraph-js-traceloop", "traceloop", {
  library: "@traceloop/instrumentation-langchain",
  instrument: (provider) => {
    const instrumentation = new LangChainInstrumentation();
    instrumentation.manuallyInstrument({ callbackManagerModule });
    instrumentation.setTracerProvider(provider);
  },
});
process.exit(0);
