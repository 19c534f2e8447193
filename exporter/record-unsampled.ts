/** What samplers of SDK 2 and 3 have in common. */
export interface SpanSampler<Arguments extends unknown[], Result extends { readonly decision: number }> {
  shouldSample(...span: Arguments): Result;
  toString(): string;
}

/** `SamplingDecision` of the SDK. */
const NOT_RECORD = 0;
const RECORD = 1;

/**
 * A sampler that has every span recorded and leaves to another which of them are sampled ("AlwaysRecord" of the OpenTelemetry SDK
 * specification). Tracing backends get what they got before, because exporters are given sampled spans only; span processors see all.
 *
 *     new NodeTracerProvider({
 *       sampler: recordUnsampled(new TraceIdRatioBasedSampler(0.1)),
 *       spanProcessors: [new BatchSpanProcessor(yours), new AgentActionSpanProcessor({ recordUnsampled: true })],
 *     });
 */
export function recordUnsampled<Arguments extends unknown[], Result extends { readonly decision: number }>(
  sampler: SpanSampler<Arguments, Result>,
): SpanSampler<Arguments, Result> {
  return {
    shouldSample(...span) {
      const result = sampler.shouldSample(...span);
      return result.decision === NOT_RECORD ? { ...result, decision: RECORD } : result;
    },
    toString: () => `RecordUnsampled{${sampler.toString()}}`,
  };
}
