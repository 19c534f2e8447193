import type { KafkaSettings } from "../../src/config/kafka-settings.js";
import type { TopicNames } from "../../src/event/index.js";
import type { SpoolSettings } from "./spool-settings.js";
import { SpoolTransport } from "./spool-transport.js";
import type { Transport } from "./transport.js";
import type { TransportName } from "./transport-settings.js";
import { TransportWhenNeeded } from "./transport-when-needed.js";

export interface TransportSettings extends SpoolSettings {
  readonly transport: TransportName | Transport;
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly gzipMinBytes: number;
}

/** Connects to nothing, writes nothing, and loads no Kafka client before there is something to send. */
export function openTransport(settings: TransportSettings): Transport {
  const { transport, spoolDirectory } = settings;
  if (typeof transport === "object") return transport;
  return transport === "spool" && spoolDirectory !== undefined
    ? new SpoolTransport({ ...settings, spoolDirectory })
    : new TransportWhenNeeded(async () =>
        (await import("./kafka-transport.js")).createKafkaTransport(settings),
      );
}
