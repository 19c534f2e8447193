import { diag } from "@opentelemetry/api";

interface KafkaLogEntry {
  readonly namespace: string;
  readonly log: { readonly message: string };
}

/**
 * Where kafkajs's own log goes: to `diag`, for those who look for a reason. It repeats itself with every attempt, and its
 * warnings are about its own options, so nothing of it is louder than `debug`; the pipeline tells of outages in its own words.
 */
export function kafkaLogCreator(): (entry: KafkaLogEntry) => void {
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions/kafkajs" });
  return ({ namespace, log: { message } }) => log.debug(`[${namespace}] ${message}`);
}
