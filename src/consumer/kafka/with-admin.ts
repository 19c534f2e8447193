import type { Admin } from "kafkajs";
import type { Logger } from "pino";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import { settlesWithin } from "../../internal/settles-within.js";
import { createKafkaClient } from "./create-client.js";

const CLOSE_MILLIS = 1_000;

/** Lends an admin client for one piece of work; its connections end with it. */
export async function withAdmin<Result>(
  settings: KafkaSettings,
  log: Logger,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const client = createKafkaClient(settings, log);
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await settlesWithin(admin.disconnect(), CLOSE_MILLIS);
    client.revoke();
  }
}
