import { access, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { GuardedCommand } from "./guarded-command.js";
import { KAFKA_LIBRARIES } from "./kafka-libraries.js";
import { type KafkaAddresses, serverProperties } from "./kafka-settings.js";
import { runCommand } from "./run-command.js";
import type { StackHome } from "./stack-home.js";

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

export interface JavaKafkaOptions {
  readonly home: StackHome;
  readonly java: string;
  readonly libraries: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clusterId: string;
}

/** Writes the settings, formats the storage if it is new, and answers the command that runs the broker. */
export async function prepareJavaKafka(
  { home, java, libraries, env, clusterId }: JavaKafkaOptions,
  addresses: KafkaAddresses,
): Promise<GuardedCommand> {
  const folder = join(home.folder, "kafka");
  const data = join(folder, "data");
  const properties = join(folder, "server.properties");
  await mkdir(folder, { recursive: true });
  await writeFile(properties, serverProperties(addresses, data));
  const classPath = KAFKA_LIBRARIES.map(({ name }) => join(libraries, name)).join(delimiter);
  const command = (mainClass: string, ...args: string[]): GuardedCommand => ({
    command: java,
    args: [...JVM_OPTIONS, "-cp", classPath, mainClass, ...args],
    // Error texts of the system are looked for in the log, and they come in the user's language.
    env: { ...env, LC_ALL: "C" },
    cwd: folder,
    logFile: join(folder, "kafka.log"),
    endSignal: home.temporary ? "SIGKILL" : "SIGTERM",
    graceMillis: GRACE_MILLIS,
  });
  if (!(await exists(join(data, "meta.properties")))) {
    const format = command("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties);
    await runCommand(home.guard, "Formatting Kafka's storage", format);
  }
  return command("kafka.Kafka", properties);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
