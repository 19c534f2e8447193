import type { Logger } from "pino";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import type { Access } from "../access/authorize.js";
import { EventQuota } from "../access/event-quota.js";
import { allowedHosts } from "../access/same-site.js";
import { type HttpSettings, isLoopback } from "../config/http-settings.js";
import type { IntakeSettings } from "../config/intake-settings.js";
import type { OtlpSettings } from "../config/otlp-settings.js";
import type { ResolvedConsumerOptions } from "../consumer/options.js";
import { sourceProblems } from "../consumer/source-problems.js";
import type { MetricFamily } from "../internal/metric-family.js";
import type { GrpcServer } from "./grpc/grpc-server.js";
import { createEventEndpoint, type EventEndpoint } from "./http/event-endpoint.js";
import { createOtlpEndpoint, type OtlpEndpoint } from "./http/otlp-endpoint.js";
import { RequestBodies } from "./http/request-bodies.js";
import { IntakeStats } from "./intake-stats.js";
import { OtlpStats, otlpFamilies } from "./otlp-stats.js";
import { LOG_REQUEST, TRACE_REQUEST } from "./read-request.js";
import type { DeliveryLimit } from "./record-delivery.js";
import { createIntakes, type SignalName } from "./signal-intake.js";
import { SpanDelivery } from "./span-delivery.js";
import { TopicConsumer, type TopicConsumerStatus } from "./topic/topic-consumer.js";
import type { UnknownEvent } from "./unknown-events.js";

export interface OtlpReceiverOptions {
  readonly settings: OtlpSettings;
  readonly intake: IntakeSettings;
  readonly http: HttpSettings;
  /** Names in the header `Host` by which the service may be called, beside those of loopback. */
  readonly allowedNames: readonly string[] | undefined;
  readonly access: Access;
  readonly consumer: ResolvedConsumerOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

/** The ways in for spans and events that are switched on: over HTTP, from a topic. They share one pipeline to Kafka. */
export interface OtlpReceiver {
  /** Handles `POST /v1/traces`, `/v1/logs` and `/v1/metrics`; `undefined` when that is not switched on. */
  readonly signals: Readonly<Record<SignalName, OtlpEndpoint>> | undefined;
  /** Handles `POST /v1/actions`; `undefined` when that is not switched on. */
  readonly actions: EventEndpoint | undefined;
  /** Consumes the topic and takes gRPC from now on, as far as they are switched on. @throws ConfigError where gRPC cannot be taken */
  start(): Promise<void>;
  /** Where gRPC is taken: `http://host:port`; `undefined` before it is, and where it is not switched on. */
  readonly grpcUrl: string | undefined;
  /** Why it is not healthy, in sentences. */
  problems(): readonly string[];
  /** What `GET /metrics` shows of it. */
  metrics(): object;
  families(): readonly MetricFamily[];
  /** Takes nothing more, delivers what it has, and disconnects. Never rejects. */
  stop(millis: number): Promise<void>;
}

/** Of the time for a stop, this share is for the topic and for gRPC; the pipeline it delivers through comes after it. */
const TOPIC_SHARE = 0.7;

/** Connects to nothing before it has something to deliver. @throws ConfigError for a value that cannot be used */
export function createOtlpReceiver(options: OtlpReceiverOptions): OtlpReceiver {
  const { settings, intake, http, access, consumer, env, log } = options;
  const delivery = new SpanDelivery({
    kafka: consumer.kafka,
    topics: consumer.topics,
    spoolDirectory: consumer.spool,
    env,
  });
  const tellUnknown = (unknown: UnknownEvent): void =>
    log.info(unknown, "log records of an event that no dialect knows are counted, and are no rows");
  const stats = {
    http: new OtlpStats(tellUnknown),
    grpc: new OtlpStats(tellUnknown),
    kafka: new OtlpStats(tellUnknown),
    events: new IntakeStats(),
  };
  const quota = new EventQuota(intake.eventsPerMinute);
  const bodies = new RequestBodies(settings);
  const hosts = allowedHosts(isLoopback(http.host), options.allowedNames);
  const shared = { settings, access, hosts, quota, bodies, delivery, log };
  const intakes = createIntakes({ ...shared, stats: stats.http });
  const endpoint = (signal: SignalName) =>
    createOtlpEndpoint({ ...shared, signal, intake: intakes[signal], stats: stats.http });
  const endpoints = { traces: endpoint("traces"), logs: endpoint("logs"), metrics: endpoint("metrics") };
  const { topic, logsTopic, encoding, grpcPort, groupId = `${consumer.groupId}-otlp` } = settings;
  /** Under the names that they have in the metrics. */
  const topics: {
    readonly name: string;
    readonly consumer: Pick<TopicConsumer<unknown>, "status" | "stop">;
  }[] = [];
  let grpc: GrpcServer | undefined;

  const snapshots = () => ({
    ...(settings.enabled ? { http: stats.http.snapshot() } : {}),
    ...(grpcPort === undefined ? {} : { grpc: stats.grpc.snapshot() }),
    ...(topic === undefined && logsTopic === undefined ? {} : { kafka: stats.kafka.snapshot() }),
  });
  return {
    signals: settings.enabled ? endpoints : undefined,
    actions: intake.enabled ? createEventEndpoint({ ...shared, stats: stats.events }) : undefined,
    async start() {
      if (grpcPort !== undefined) {
        const { startGrpcServer } = await import("./grpc/grpc-server.js");
        const intakes = createIntakes({ ...shared, stats: stats.grpc });
        const { host } = http;
        grpc = await startGrpcServer({ ...shared, host, port: grpcPort, intakes, stats: stats.grpc });
        log.info({ port: grpc.port }, "taking OTLP/gRPC");
      }
      const read = { encoding, stats: stats.kafka, log };
      if (topic !== undefined) {
        const deliver = (spans: readonly ReadableSpan[], limit: DeliveryLimit) =>
          delivery.deliver(spans, limit, undefined, settings.correct);
        const options = {
          ...read,
          consumer: { ...consumer, groupId },
          topic,
          format: TRACE_REQUEST,
          deliver,
        };
        topics.push({ name: "topic", consumer: new TopicConsumer(options) });
      }
      if (logsTopic !== undefined) {
        const deliver = delivery.deliverLogs.bind(delivery);
        const own = { ...consumer, groupId: `${groupId}-logs` };
        const options = { ...read, consumer: own, topic: logsTopic, format: LOG_REQUEST, deliver };
        topics.push({ name: "logs_topic", consumer: new TopicConsumer(options) });
      }
    },
    get grpcUrl() {
      return grpc && `http://${http.host.includes(":") ? `[${http.host}]` : http.host}:${grpc.port}`;
    },
    problems: () =>
      topics.flatMap(({ consumer: { status } }) => problemsOf(status, consumer.unhealthyAfterMillis)),
    metrics: () => ({
      ...snapshots(),
      ...(intake.enabled ? { events: stats.events.snapshot() } : {}),
      ...Object.fromEntries(topics.map(({ name, consumer: { status } }) => [name, topicMetrics(status)])),
      pipeline: delivery.stats(),
    }),
    families: () => [
      ...otlpFamilies(snapshots()),
      ...(intake.enabled ? stats.events.families() : []),
      ...(topics.length > 0 ? [lagFamily(topics.map(({ consumer: { status } }) => status))] : []),
    ],
    async stop(millis) {
      const end = performance.now() + millis;
      const share = millis * TOPIC_SHARE;
      await Promise.all([...topics.map(({ consumer }) => consumer.stop(share)), grpc?.stop(share)]);
      await delivery.close(Math.max(end - performance.now(), 0));
    },
  };
}

const problemsOf = (status: TopicConsumerStatus, unhealthyAfterMillis: number): readonly string[] =>
  sourceProblems(status, performance.now(), unhealthyAfterMillis).map(
    (problem) => `the topic with OTLP: ${problem}`,
  );

// Without the times, which mean nothing outside of this process.
const topicMetrics = ({ since, lastAnswerAt, unreadable, ...status }: TopicConsumerStatus) => ({
  ...status,
  unreadable: unreadable.map(({ topic, partition, offset, reason }) => ({
    topic,
    partition,
    offset,
    reason,
  })),
});

const lagFamily = (statuses: readonly TopicConsumerStatus[]): MetricFamily => ({
  name: "agent_actions_otlp_lag",
  help: "Records of the topics with OTLP between the last commit and the end.",
  type: "gauge",
  samples: [{ value: statuses.reduce((sum, { lag }) => sum + lag, 0) }],
});
