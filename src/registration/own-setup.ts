import {
  context,
  propagation,
  SamplingDecision,
  type TextMapPropagator,
  type TracerProvider,
} from "@opentelemetry/api";
import type { ReadableSpan, Sampler, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { variableOf } from "../../exporter/options.js";
import { recordUnsampled } from "../../exporter/record-unsampled.js";
import { withEnvironment } from "../../exporter/registration/env-resource.js";
import type { OwnSetup } from "../../exporter/registration/register-processor.js";
import { EnvReader } from "../config/env-reader.js";

type OwnProvider = ReturnType<OwnSetup["createProvider"]>;

/**
 * How to make a tracer provider with whichever OpenTelemetry SDK is installed beside this package: version 2 is
 * `@opentelemetry/sdk-trace-node`, version 3 is `@opentelemetry/sdk-trace` with `@opentelemetry/context-async-hooks`. `undefined`
 * where there is neither.
 */
export async function ownSetup(): Promise<OwnSetup | undefined> {
  return (await setupOfSdk2()) ?? (await setupOfSdk3());
}

async function setupOfSdk2(): Promise<OwnSetup | undefined> {
  try {
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    return {
      createProvider: (processor) => {
        const resource = withEnvironment(resourceOf(new NodeTracerProvider({ sampler: EVERY_SPAN })));
        const sampler = samplerFrom(new NodeTracerProvider());
        return new NodeTracerProvider({ resource, ...sampler, spanProcessors: [processor] });
      },
    };
  } catch {
    return undefined;
  }
}

/** What is used of version 3: it needs a newer Node than this package, so its types are not among ours. */
interface Sdk3 {
  readonly TracerProvider: new (options?: {
    resource?: ReadableSpan["resource"];
    sampler?: Sampler;
    spanProcessors?: SpanProcessor[];
  }) => Omit<OwnProvider, "register">;
}

interface ContextHooks {
  readonly AsyncLocalStorageContextManager: new () => {
    enable(): Parameters<typeof context.setGlobalContextManager>[0];
  };
}

interface Core {
  readonly CompositePropagator: new (config: { propagators: TextMapPropagator[] }) => TextMapPropagator;
  readonly W3CTraceContextPropagator: new () => TextMapPropagator;
  readonly W3CBaggagePropagator: new () => TextMapPropagator;
}

async function setupOfSdk3(): Promise<OwnSetup | undefined> {
  const [sdk, hooks, core] = await Promise.all([
    load<Sdk3>("@opentelemetry/sdk-trace"),
    load<ContextHooks>("@opentelemetry/context-async-hooks"),
    load<Core>("@opentelemetry/core"),
  ]);
  if (sdk === undefined || hooks === undefined) return undefined;
  return {
    createProvider: (processor) => {
      const resource = withEnvironment(resourceOf(new sdk.TracerProvider({ sampler: EVERY_SPAN })));
      const sampler = samplerFrom(new sdk.TracerProvider());
      const provider = new sdk.TracerProvider({ resource, ...sampler, spanProcessors: [processor] });
      return Object.assign(provider, {
        register({ contextManager, propagator }: Parameters<OwnProvider["register"]>[0]) {
          if (contextManager !== null)
            context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
          if (propagator !== null && core !== undefined)
            propagation.setGlobalPropagator(defaultPropagator(core));
        },
      });
    },
  };
}

// The default of OTEL_PROPAGATORS: tracecontext,baggage.
function defaultPropagator(core: Core): TextMapPropagator {
  const propagators = [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()];
  return new core.CompositePropagator({ propagators });
}

async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module;
  } catch {
    return undefined;
  }
}

/** A span that is not recorded has no resource. */
const EVERY_SPAN: Sampler = {
  shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }),
  toString: () => "EverySpan",
};

// The SDK's default resource is made by nothing that both versions export, but every span that is recorded has it.
const resourceOf = (provider: TracerProvider): ReadableSpan["resource"] =>
  (provider.getTracer("").startSpan("") as unknown as ReadableSpan).resource;

// The sampler of OTEL_TRACES_SAMPLER, which nothing that both versions export makes either, but every tracer has it.
function samplerFrom(provider: TracerProvider): { sampler?: Sampler } {
  if (new EnvReader(process.env).boolean(variableOf("recordUnsampled")) !== true) return {};
  const sampler: unknown = Reflect.get(provider.getTracer(""), "_sampler");
  return isSampler(sampler) ? { sampler: recordUnsampled(sampler) } : {};
}

const isSampler = (value: unknown): value is Sampler =>
  typeof value === "object" && value !== null && "shouldSample" in value;
