import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { runAgent } from "./ai-sdk-app.mjs";
import { SpanRecorder } from "./span-recorder.mjs";
import { writeOtlp } from "./write-otlp.mjs";

// This file is outside of the folder whose libraries it uses.
const installed = createRequire(`${process.cwd()}/`);
const load = async (name) => import(pathToFileURL(installed.resolve(name)).href);
const { trace } = await load("@opentelemetry/api");
const { resourceFromAttributes } = await load("@opentelemetry/resources");
const { NodeTracerProvider } = await load("@opentelemetry/sdk-trace-node");
const { OpenInferenceSimpleSpanProcessor } = await load("@arizeai/openinference-vercel");

/** The same program three times: as it is, with its content hidden, and behind the processor of @arizeai/openinference-vercel. */
export async function captureAll(
  name,
  sdk,
  { model, libraries, has, settings = experimental, variants = VARIANTS },
) {
  for (const variant of variants) {
    const recorder = new SpanRecorder();
    const first =
      variant === "-openinference" ? [new OpenInferenceSimpleSpanProcessor({ exporter: NOWHERE })] : [];
    const resource = resourceFromAttributes({ "service.name": "ai-sdk-app" });
    const provider = new NodeTracerProvider({ resource, spanProcessors: [...first, recorder] });
    provider.register();
    const isHidden = variant === "-hidden";
    const content = isHidden ? { recordInputs: false, recordOutputs: false } : {};
    await runAgent(sdk, {
      model,
      has,
      telemetry: (functionId) => settings(functionId, content, isHidden ? undefined : "sess-42"),
    });
    await provider.shutdown();
    trace.disable();
    const more = first.length > 0 ? ["@arizeai/openinference-vercel"] : [];
    writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}${variant}.otlp.json`, recorder, {
      replace: [
        [dirname(process.cwd()), "/srv"],
        [/\\"(aitxt|call|msg|aiobj|req|aitk)-[A-Za-z0-9]{16,}/g, '\\"$1-0'],
        [/"(aitxt|call|msg|aiobj|req|aitk)-[A-Za-z0-9]{16,}/g, '"$1-0'],
        [/"doubleValue":[\d.e-]+/g, '"doubleValue":0.5'],
      ],
      manifest: { dialect: "vercel-ai", libraries: [...libraries, ...more] },
    });
  }
}

const VARIANTS = ["", "-hidden", "-openinference"];
const NOWHERE = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
  forceFlush: async () => {},
};

const experimental = (functionId, content, sessionId) => ({
  experimental_telemetry: {
    isEnabled: true,
    functionId,
    ...content,
    ...(sessionId && { metadata: { sessionId } }),
  },
});
