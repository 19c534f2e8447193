import { dirname } from "node:path";
import { trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

/** Runs a program under a provider of its own, and writes its spans. */
export async function recorded(file, libraries, program) {
  const recorder = new SpanRecorder();
  const resource = resourceFromAttributes({ "service.name": "openinference-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [recorder] });
  provider.register();
  await program(provider);
  await provider.shutdown();
  trace.disable();
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${file}.otlp.json`, recorder, {
    replace: [
      [dirname(process.cwd()), "/srv"],
      [/run-[0-9a-f]{8}-[0-9a-f-]{27}/g, "run-1"],
      [/(model_request|tools|agent|billing|support|payer)([:|])[0-9a-f]{8}-[0-9a-f-]{27}/g, "$1$21"],
      [/"ts\\*":\\*"[^"\\]+/g, '"ts'],
    ],
    manifest: { dialect: "openinference", libraries },
  });
}
