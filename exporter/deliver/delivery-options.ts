import type { KafkaSettings } from "../../src/config/kafka-settings.js";
import type { TopicNames } from "../../src/event/index.js";
import type { LargeResultSettings } from "../large-results/large-result-settings.js";
import type { InFlightSettings } from "./in-flight-settings.js";
import type { OnLoop } from "./loop-watch.js";
import type { SpoolSettings } from "./spool-settings.js";
import type { Transport } from "./transport.js";
import type { TransportName } from "./transport-settings.js";

/** The options of delivery, with their defaults filled in. What each means: `ExporterOptions`. */
export interface DeliveryOptions extends PipelineOptions, LargeResultSettings {
  readonly kafka: KafkaSettings;
  readonly gzipMinBytes: number;
  readonly maxRecordBytes: number;
  /** The way out: one of ours, or another one. */
  readonly transport: TransportName | Transport;
  /** Called for agents of this process that repeat themselves. */
  readonly onLoop?: OnLoop | undefined;
}

/** What the pipeline itself needs. */
export interface PipelineOptions extends BatchLimits, SpoolSettings, InFlightSettings {
  /** Said in heartbeats. */
  readonly sender?: string | undefined;
  /** Called after each attempt to send, whatever came of it. It must not throw. */
  readonly onAttempted?: (() => void) | undefined;
  readonly topics: TopicNames;
  readonly transport?: TransportName | Transport | undefined;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly flushTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  readonly flushOnExit: boolean;
}

export interface BatchLimits {
  readonly maxExportBatchSize: number;
  readonly maxBatchBytes: number;
  /** The longest that a record waits for others. */
  readonly lingerMillis: number;
  /** What is between the beginnings of two sends to one topic that follow each other, where no batch is full. @default `lingerMillis` */
  readonly pauseMillis?: number | undefined;
}
