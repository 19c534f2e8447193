import type { Context } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  type ReadableSpan,
  SamplingDecision,
  type Span,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, test } from "vitest";
import { DELIVERY_ACK_KEY, type DeliveryAck, LIVE_EXPORTERS_KEY } from "../../../src/event/delivery-ack.js";
import { ActionLogger, logAction } from "../../../src/index.js";
import { record } from "./recording.js";

const logger = new ActionLogger({ agentName: "agent" });
const log = () => logger.logSuccess({ successName: "done" });

/** A pipeline that reports in the acknowledgement, as the span processor of the exporter does. */
class Pipeline implements SpanProcessor {
  readonly acks: (DeliveryAck | undefined)[] = [];
  readonly #taken = new WeakMap<object, DeliveryAck>();
  readonly #answer: boolean;
  constructor(answer: boolean) {
    this.#answer = answer;
  }
  onStart(span: Span, parent: Context): void {
    const ack = parent.getValue(DELIVERY_ACK_KEY) as DeliveryAck | undefined;
    this.acks.push(ack);
    if (ack) this.#taken.set(span, ack);
  }
  onEnd(span: ReadableSpan): void {
    const ack = this.#taken.get(span);
    if (ack) ack.taken = this.#answer;
  }
  forceFlush = async (): Promise<void> => undefined;
  shutdown = async (): Promise<void> => undefined;
}

const liveExporters = (count: unknown) => Reflect.set(globalThis, LIVE_EXPORTERS_KEY, count);
afterEach(() => void Reflect.deleteProperty(globalThis, LIVE_EXPORTERS_KEY));

describe("with a span processor of ours", () => {
  test.each([true, false])(
    "every log call returns what it wrote in the acknowledgement: %s",
    async (answer) => {
      liveExporters(1);
      record({ spanProcessors: [new Pipeline(answer)] });
      const answers = await Promise.all([
        logger.logToolCall({ toolName: "Read" }),
        logger.logDecision({ decisionName: "pick" }),
        logger.logError({ errorType: "E" }),
        log(),
        logger.logRawAction({ actionType: "success", actionName: "done" }),
        logger.logRoutingDecision({}),
        logger.logTransformation({}),
        logger.logRouterPerformance({}),
        logger.logDetectionFailure({}),
        logger.logOutcome({ name: "resolved" }),
        logger.startExecution().complete(),
        logAction({ agentName: "agent", actionType: "tool_call", actionName: "Grep" }),
      ]);
      expect(answers).toEqual(answers.map(() => answer));
      expect(logger.startExecution().started).toBe(answer);
    },
  );

  test("each span has an acknowledgement of its own, and scoped calls hand none to what is inside", async () => {
    const pipeline = new Pipeline(true);
    record({ spanProcessors: [pipeline] });
    await logger.execution(async () => {
      await logger.toolCall("Outer", {}, async () => {
        await log();
        logger.toolCall("Inner", {}, () => undefined);
      });
    });
    const given = pipeline.acks.filter((ack) => ack !== undefined);
    // The run, its start, and the one logged by hand.
    expect(given).toHaveLength(3);
    expect(new Set(given).size).toBe(3);
  });

  test("a run is completed once", async () => {
    record({ spanProcessors: [new Pipeline(true)] });
    const execution = logger.startExecution();
    expect(await execution.complete()).toBe(true);
    expect(await execution.complete()).toBe(false);
  });
});

describe("with somebody else's processor", () => {
  test("the answer is whether an exporter of ours is alive", async () => {
    record();
    expect(await log()).toBe(false);
    liveExporters(2);
    expect(await log()).toBe(true);
    liveExporters(0);
    expect(await log()).toBe(false);
    liveExporters("many");
    expect(await log()).toBe(false);
  });

  test("what was not sampled is in nobody's custody", async () => {
    liveExporters(1);
    record({ sampler: new AlwaysOffSampler() });
    expect(await log()).toBe(false);
  });

  test("what is recorded but not sampled is not exported, so in nobody's custody", async () => {
    liveExporters(1);
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }) };
    record({ sampler: { ...sampler, toString: () => "record only" } });
    expect(await log()).toBe(false);
  });
});
