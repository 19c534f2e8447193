import { SPOOL_OPTIONS } from "../../exporter/deliver/spool-settings.js";
import { TRANSPORT_OPTION } from "../../exporter/deliver/transport-settings.js";
import type { ExporterOptions } from "../../exporter/index.js";
import { EnvReader } from "../config/env-reader.js";
import { resolveKafkaSettings } from "../config/kafka-settings.js";
import { defaultSpoolDirectory, WITHOUT_KAFKA } from "../config/spool-directory.js";

/**
 * Where nobody is there to choose a folder, what would be lost is kept in one of our own; nothing is written as long as nothing would
 * be lost. Whoever has named a folder, or switched the spool off, has decided.
 */
export function spoolByDefault(env: NodeJS.ProcessEnv): Pick<ExporterOptions, "spoolDirectory"> {
  const reader = new EnvReader(env);
  const isNamed = reader.text(...SPOOL_OPTIONS.spoolDirectory.env) !== undefined;
  if (isNamed || reader.value("AGENT_ACTIONS_EXPORTER_SPOOL", SPOOL_OPTIONS.spool) === "off") return {};
  // What is for a reader of the folder must not be taken by a process that sends what it finds to Kafka.
  const isLocal = reader.value("AGENT_ACTIONS_EXPORTER_TRANSPORT", TRANSPORT_OPTION) === "spool";
  const brokers = isLocal ? [WITHOUT_KAFKA] : resolveKafkaSettings({}, reader).brokers;
  return { spoolDirectory: defaultSpoolDirectory(env, brokers) };
}
