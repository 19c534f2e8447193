import type { Logger } from "pino";
import type { AlertSettings } from "./config/alert-rules.js";
import type { EvidenceSettings } from "./config/evidence-settings.js";
import type { NoticeSettings } from "./config/notice-settings.js";
import type { RetentionSettings } from "./config/retention-settings.js";
import type { StatisticsSettings } from "./config/statistics-settings.js";
import type { ActionConsumer } from "./consumer/consumer.js";
import type { ResolvedConsumerOptions } from "./consumer/options.js";
import { startEvidence } from "./evidence/evidence-keeper.js";
import type { SigningKey } from "./evidence/note.js";
import type { MetricFamily } from "./internal/metric-family.js";
import { startNotices } from "./notices/notice-keeper.js";
import type { PipelineFacts } from "./notices/rules/periodic-rule.js";
import { createKafkaWay } from "./notices/send/kafka-way.js";
import { startReports } from "./report/report-keeper.js";
import { startRetention } from "./retention/retention-keeper.js";
import { startStatistics } from "./statistics/statistics-keeper.js";

/** What works on the rows beside the consumer, and nobody waits for: statistics, notices, and what goes for its age. */
export interface BackgroundWork {
  families(): readonly MetricFamily[];
  /** Members of `GET /metrics`. */
  metrics(): object;
  stop(deadlineMillis: number): Promise<void>;
}

export interface BackgroundOptions {
  readonly statistics: StatisticsSettings;
  readonly notices: NoticeSettings;
  readonly alerts: AlertSettings;
  readonly retention: RetentionSettings;
  /** `undefined`: no evidence log is kept. */
  readonly evidence: { readonly settings: EvidenceSettings; readonly key: SigningKey } | undefined;
  readonly consumer: ActionConsumer;
  readonly settings: ResolvedConsumerOptions;
  readonly log: Logger;
}

const KAFKA_STOP_MILLIS = 500;

/** Starts what is enabled. Each has a connection of its own, and takes less of Postgres while the consumer writes. */
export function startBackground({
  statistics,
  notices,
  alerts,
  retention,
  evidence,
  consumer,
  settings,
  log,
}: BackgroundOptions): BackgroundWork {
  const { postgres } = settings;
  const isWriting = (): boolean => {
    const { inFlight, lag } = consumer.status();
    return inFlight > 0 || lag > 0;
  };
  const kept = statistics.enabled
    ? startStatistics({ settings: statistics, postgres, log, isWriting })
    : undefined;
  const kafka = createKafkaWay(settings.spool === undefined ? settings.kafka : undefined);
  const startedAt = Date.now();
  const pipeline = (): PipelineFacts => {
    const { problems, lag, spool } = consumer.status();
    const counts = Object.values(consumer.metrics().dead_letters);
    return {
      problems,
      // Of a spool it is bytes.
      lag: spool === undefined ? lag : undefined,
      deadLetters: counts.reduce((sum, count) => sum + count, 0),
      startedAt,
    };
  };
  const noticed = notices.enabled
    ? startNotices({
        settings: notices,
        postgres,
        log,
        isWriting,
        alerts,
        ways: { produce: kafka.produce, print: (line) => process.stdout.write(`${line}\n`) },
        pipeline,
      })
    : undefined;
  const reported =
    notices.enabled && alerts.report !== undefined
      ? startReports({ schedule: alerts.report, targets: alerts.targets, postgres, log })
      : undefined;
  const retained = startRetention({ settings: retention, postgres, log });
  const evident =
    evidence && startEvidence({ ...evidence, postgres, log, isWriting, produce: kafka.produce });
  return {
    families: () => [
      ...(kept?.families() ?? []),
      ...(noticed?.families() ?? []),
      ...(retained?.families() ?? []),
      ...(evident?.families() ?? []),
    ],
    metrics: () => ({
      ...(kept ? { statistics: kept.metrics() } : {}),
      ...(noticed ? { notices: noticed.metrics() } : {}),
      ...(retained ? { retention: retained.metrics() } : {}),
      ...(evident ? { evidence: evident.metrics() } : {}),
    }),
    async stop(deadlineMillis) {
      await Promise.all(
        [kept, noticed, reported, retained, evident].map((work) => work?.stop(deadlineMillis)),
      );
      await kafka.stop(KAFKA_STOP_MILLIS);
    },
  };
}
