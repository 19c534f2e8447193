import { createRequire } from "node:module";
import {
  type ContextManager,
  SamplingDecision,
  type TextMapPropagator,
  type TracerProvider,
} from "@opentelemetry/api";
import type { ReadableSpan, Sampler, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { variableOf } from "../../exporter/options.js";
import { recordUnsampled } from "../../exporter/record-unsampled.js";
import { withEnvironment } from "../../exporter/registration/env-resource.js";
import type { OwnSetup } from "../../exporter/registration/register-processor.js";
import type { OwnProvider } from "../../exporter/registration/standby-provider.js";
import { EnvReader } from "../config/env-reader.js";
import { PropagatorWhenNeeded } from "./propagator-when-needed.js";

const SDK_2 = "@opentelemetry/sdk-trace-node";

/**
 * How to make a tracer provider with version 2 of the OpenTelemetry SDK, `@opentelemetry/sdk-trace-node`; `undefined` where it is not
 * installed beside this package. It is CommonJS, so it can be loaded by whoever asks for the first span. Of what a start needs, it has packages of
 * their own.
 */
export function setupOfSdk2(): OwnSetup | undefined {
  try {
    const sdk = createRequire(createRequire(import.meta.url).resolve(SDK_2));
    const hooks = sdk("@opentelemetry/context-async-hooks") as ContextHooks;
    return {
      contextManager: new hooks.AsyncLocalStorageContextManager(),
      propagator: new PropagatorWhenNeeded(() => defaultPropagator(sdk("@opentelemetry/core") as Core)),
      createProvider: (processor) => {
        const { NodeTracerProvider } = createRequire(import.meta.url)(SDK_2) as Sdk2;
        const resource = withEnvironment(resourceOf(new NodeTracerProvider({ sampler: EVERY_SPAN })));
        const sampler = samplerFrom(new NodeTracerProvider());
        return new NodeTracerProvider({ resource, ...sampler, spanProcessors: [processor] });
      },
    };
  } catch {
    return undefined;
  }
}

type Sdk2 = typeof import("@opentelemetry/sdk-trace-node");

/** What is used of version 3: it needs a newer Node than this package, so its types are not among ours. */
interface Sdk3 {
  readonly TracerProvider: new (options?: {
    resource?: ReadableSpan["resource"];
    sampler?: Sampler;
    spanProcessors?: SpanProcessor[];
  }) => OwnProvider;
}

interface ContextHooks {
  readonly AsyncLocalStorageContextManager: new () => ContextManager;
}

interface Core {
  readonly CompositePropagator: new (config: { propagators: TextMapPropagator[] }) => TextMapPropagator;
  readonly W3CTraceContextPropagator: new () => TextMapPropagator;
  readonly W3CBaggagePropagator: new () => TextMapPropagator;
}

/** The same with version 3: `@opentelemetry/sdk-trace` with `@opentelemetry/context-async-hooks`. */
export async function setupOfSdk3(): Promise<OwnSetup | undefined> {
  const [sdk, hooks, core] = await Promise.all([
    load<Sdk3>("@opentelemetry/sdk-trace"),
    load<ContextHooks>("@opentelemetry/context-async-hooks"),
    load<Core>("@opentelemetry/core"),
  ]);
  if (sdk === undefined || hooks === undefined) return undefined;
  return {
    contextManager: new hooks.AsyncLocalStorageContextManager(),
    propagator: core === undefined ? undefined : defaultPropagator(core),
    createProvider: (processor) => {
      const resource = withEnvironment(resourceOf(new sdk.TracerProvider({ sampler: EVERY_SPAN })));
      const sampler = samplerFrom(new sdk.TracerProvider());
      return new sdk.TracerProvider({ resource, ...sampler, spanProcessors: [processor] });
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
