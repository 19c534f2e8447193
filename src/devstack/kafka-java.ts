import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { GuardedCommand } from "./guard.js";
import { KAFKA_LIBRARIES } from "./kafka-libraries.js";
import { type KafkaNode, kafkaSettings } from "./kafka-node.js";
import { runCommand } from "./run-command.js";
import { pathExists } from "./stack-home.js";

/** A heap for development, and of the JVM's compilers and collectors those that start fastest. */
const JVM_OPTIONS = [
  "-Xmx512m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Djava.awt.headless=true",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
];

const GRACE_MILLIS = 10_000;

export interface JavaKafkaPorts {
  readonly port: number;
  readonly controllerPort: number;
}

/**
 * Writes the settings, formats the storage if it is new, and returns the command that runs the broker.
 *
 * @param more settings of this node, which stand above those for development
 */
export async function prepareJavaKafka(
  { home, folder, env, clusterId }: KafkaNode,
  { java, libraries }: { readonly java: string; readonly libraries: string },
  { port, controllerPort }: JavaKafkaPorts,
  more: Readonly<Record<string, string>> = {},
): Promise<GuardedCommand> {
  const data = join(folder, "data");
  const properties = join(folder, "server.properties");
  const clients = `127.0.0.1:${port}`;
  const listeners = { clients, advertised: clients, controller: `127.0.0.1:${controllerPort}` };
  await writeFile(properties, propertiesText({ ...kafkaSettings(listeners, data), ...more }));
  const classPath = KAFKA_LIBRARIES.map(({ name }) => join(libraries, name)).join(delimiter);
  const command = (mainClass: string, ...args: string[]): GuardedCommand => ({
    command: java,
    args: [...JVM_OPTIONS, "-cp", classPath, mainClass, ...args],
    // Messages of the system are looked for in the log, and would come in the user's language.
    env: { ...env, LC_ALL: "C" },
    cwd: folder,
    logFile: join(folder, "kafka.log"),
    endSignal: home.temporary ? "SIGKILL" : "SIGTERM",
    graceMillis: GRACE_MILLIS,
  });
  if (!(await pathExists(join(data, "meta.properties")))) {
    const format = command("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties);
    await runCommand(home.guard, "Formatting Kafka's storage", format);
  }
  return command("kafka.Kafka", properties);
}

/** In a properties file a backslash, as a Windows path has it, begins an escape. */
function propertiesText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll("\\", "/")}\n`)
    .join("");
}
