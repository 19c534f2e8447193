import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import * as langgraph from "@langchain/langgraph";
import { CallbackHandler } from "@langfuse/langchain";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import * as langchain from "langchain";
import { z } from "zod";
import { runLangChainApp } from "../langchain-app.mjs";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

const recorder = new SpanRecorder();
const langfuse = new LangfuseSpanProcessor({
  exporter: { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} },
});
const resource = resourceFromAttributes({ "service.name": "langfuse-app" });
new NodeTracerProvider({ resource, spanProcessors: [langfuse, recorder] }).register();

await runLangChainApp(
  { langchain, langgraph, z, core: { BaseChatModel, AIMessage, tool } },
  { callbacks: [new CallbackHandler({ sessionId: "sess-9", userId: "user-7" })] },
);
await langfuse.forceFlush();
writeOtlp(`${process.env.CAPTURE_FOLDER}/langfuse-langchain.otlp.json`, recorder, {
  replace: [[/\\"id\\":\\"[0-9a-f]{32}\\"/g, '\\"id\\":\\"0\\"']],
  manifest: {
    dialect: "langfuse",
    libraries: [
      "@langfuse/langchain",
      "@langfuse/otel",
      "langchain",
      "@langchain/core",
      "@langchain/langgraph",
    ],
  },
});
