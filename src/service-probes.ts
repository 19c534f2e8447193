/** What the HTTP server of a service reports of the parts that run beside it. */
import type { BackgroundWork } from "./background-work.js";
import type { ActionConsumer } from "./consumer/consumer.js";
import type { ConsumerStatus } from "./consumer/consumer-status.js";
import type { HealthReport, ReadinessReport, ServiceProbes } from "./http/app.js";
import type { OtlpReceiver } from "./otlp/otlp-receiver.js";

interface ProbedParts {
  readonly consumer: () => ActionConsumer | undefined;
  readonly background: () => BackgroundWork | undefined;
  readonly otlp: OtlpReceiver | undefined;
}

/** Health, readiness and metrics of the parts that run. */
export function probesOf({ consumer, background, otlp }: ProbedParts): ServiceProbes {
  return {
    health: () => healthOf(consumer()?.status(), otlp),
    readiness: () => readinessOf(consumer()?.status()),
    metrics: () => ({
      ...consumer()?.metrics(),
      ...(otlp ? { otlp: otlp.metrics() } : {}),
      ...background()?.metrics(),
    }),
    families: () => [
      ...(consumer()?.families() ?? []),
      ...(otlp?.families() ?? []),
      ...(background()?.families() ?? []),
    ],
  };
}

function healthOf(status: ConsumerStatus | undefined, otlp: OtlpReceiver | undefined): HealthReport {
  if (status === undefined) return { status: "healthy", consumer: "starting", problems: [] };
  const { state, postgres, partitions, lag, inFlight } = status;
  const problems = [...status.problems, ...(otlp?.problems() ?? [])];
  return {
    status: problems.length === 0 ? "healthy" : "unhealthy",
    consumer: state,
    problems,
    ...sourceOf(status),
    postgres,
    partitions,
    lag,
    messages_in_flight: inFlight,
  };
}

function readinessOf(status: ConsumerStatus | undefined): ReadinessReport {
  if (status === undefined) return { ready: false, consumer: "starting" };
  const { ready, state, postgres } = status;
  return { ready, consumer: state, ...sourceOf(status), postgres };
}

const sourceOf = ({ kafka, spool, missingTopics }: ConsumerStatus): object =>
  spool === undefined ? { kafka, missing_topics: missingTopics } : { spool: kafka, spool_directory: spool };
