import type { KafkaSettings } from "../../config/kafka-settings.js";
import { NO_LOG } from "../../kafka/log.js";
import { ProducerSession } from "../../kafka/producer-session.js";
import type { SendWays } from "./sender.js";

/** A producer for notices, which connects when there is something to send. */
export interface KafkaWay {
  readonly produce: SendWays["produce"];
  /** Never rejects. */
  stop(deadlineMillis: number): Promise<void>;
}

/** @param kafka `undefined` where there is none: then every message is refused */
export function createKafkaWay(kafka: KafkaSettings | undefined): KafkaWay {
  let session: ProducerSession | undefined;
  return {
    async produce(topic, messages) {
      if (kafka === undefined)
        throw new Error("this service reads a spool and knows no Kafka: take another way than a topic");
      if (session?.isUsable === false) session = undefined;
      session ??= new ProducerSession({
        settings: kafka,
        log: NO_LOG,
        idempotent: true,
        keepProcessAlive: false,
      });
      const headers = { "content-type": "application/json" };
      await session.produce(
        topic,
        messages.map(({ key, value }) => ({ key, value: Buffer.from(value), headers })),
      );
    },
    async stop(deadlineMillis) {
      await session?.end(deadlineMillis);
    },
  };
}
