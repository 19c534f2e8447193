/** LangChain inside an agent of the SDK, by the instrumentation of 0.22, which knew the names of runs and wrote messages flat. */
import * as callbackManagerModule from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import * as langgraph from "@langchain/langgraph";
import { LangChainInstrumentation } from "@traceloop/instrumentation-langchain-0-22";
import * as traceloop from "@traceloop/node-server-sdk";
import * as langchain from "langchain";
import { z } from "zod";
import { runLangChainApp } from "../langchain-app.mjs";
import { capture } from "./provider.mjs";

const instrumentation = new LangChainInstrumentation();
instrumentation.manuallyInstrument({ callbackManagerModule });
const app = { langchain, langgraph, z, core: { BaseChatModel, AIMessage, tool } };
const libraries = [
  "@traceloop/instrumentation-langchain-0-22",
  "langchain",
  "@langchain/core",
  "@langchain/langgraph",
];

await capture("traceloop-langchain-0.22", { traceloop, libraries }, (provider) => {
  instrumentation.setTracerProvider(provider);
  return traceloop.withAgent({ name: "help_desk", conversationId: "conv-9" }, () => runLangChainApp(app));
});
process.exit(0);
