import { join } from "node:path";
import { kafkaReady } from "../kafka/broker-ready.js";
import { type DevServer, startDevServer } from "./dev-server.js";
import { cacheFolder, checkLibraries, fetchKafka, kafkaLibraryFolder } from "./fetch-kafka.js";
import type { GuardedCommand } from "./guard.js";
import { dockerKafkaCommand, KAFKA_IMAGE } from "./kafka-docker.js";
import { type JavaKafkaPorts, prepareJavaKafka } from "./kafka-java.js";
import { KAFKA_LIBRARIES, KAFKA_VERSION } from "./kafka-libraries.js";
import { type KafkaNode, openKafkaNode } from "./kafka-node.js";
import { type CommandProbe, chooseKafkaRuntime, commandProbe, type KafkaRuntime } from "./kafka-runtime.js";
import { runCommand } from "./run-command.js";
import { type StackHome, startInHome, startOnFreePorts } from "./stack-home.js";

export interface StartKafkaOptions {
  /** Keeps the data in this folder. Without it they live in a temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** For JAVA_HOME, PATH and the cache folder. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (message: string) => void;
}

/** A Kafka broker of its own on the loopback interface, controller included. */
export interface KafkaServer extends DevServer {
  /** In the form of `KAFKA_BOOTSTRAP_SERVERS`; stays the same over restarts. */
  readonly bootstrapServers: string;
}

type Progress = (message: string) => void;

/**
 * Starts a real Kafka and resolves when a producer and a consumer group are served. The first run fetches it.
 * Throws `DevStackError` with what to install, or with the end of Kafka's log.
 */
export function startKafka(
  { dataDir, env = process.env, onProgress = () => undefined }: StartKafkaOptions = {},
  sharedHome?: StackHome,
): Promise<KafkaServer> {
  return startInHome(dataDir, sharedHome, async (home) => {
    const began = performance.now();
    const prepare = await prepareRuntime(await openKafkaNode(home, env), onProgress);
    return startOnFreePorts(2, async ([port = 0, controllerPort = 0]) => {
      const server = await startDevServer({
        name: "Kafka",
        home,
        ownsHome: !sharedHome,
        command: await prepare({ port, controllerPort }),
        stopSignal: "SIGTERM",
        ready: (aborted) => kafkaReady(port, aborted),
      });
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      onProgress(`Kafka ${KAFKA_VERSION}: ready on 127.0.0.1:${port} after ${seconds} s`);
      return Object.assign(server, { bootstrapServers: `127.0.0.1:${port}` });
    });
  });
}

/** How Kafka can be run here. Throws `DevStackError` that says what to install when it cannot. */
export async function findKafkaRuntime(env: NodeJS.ProcessEnv): Promise<KafkaRuntime> {
  const missing = await checkLibraries(kafkaLibraryFolder(cacheFolder(env)), KAFKA_LIBRARIES);
  return chooseKafkaRuntime({ probe: commandProbe(env), fetched: missing.length === 0, env });
}

async function prepareRuntime(
  node: KafkaNode,
  onProgress: Progress,
): Promise<(ports: JavaKafkaPorts) => GuardedCommand | Promise<GuardedCommand>> {
  const { env, home } = node;
  const cache = cacheFolder(env);
  const libraries = kafkaLibraryFolder(cache);
  const runtime = await findKafkaRuntime(env);
  if (runtime.kind === "docker") {
    await pullImage(node, commandProbe(env), onProgress);
    return ({ port }) => dockerKafkaCommand(node, port);
  }
  if (runtime.fetch) await fetchKafka({ cache, env, guard: home.guard, onProgress });
  return (ports) => prepareJavaKafka(node, { java: runtime.java, libraries }, ports);
}

/** Before the broker is started, so that a slow network does not look like a broker that does not come up. */
async function pullImage(
  { home, folder, env }: KafkaNode,
  probe: CommandProbe,
  onProgress: Progress,
): Promise<void> {
  const { ok } = await probe("docker", ["image", "inspect", KAFKA_IMAGE]);
  if (ok) return;
  onProgress(`Kafka ${KAFKA_VERSION}: pulling the Docker image ${KAFKA_IMAGE}, this first time only`);
  await runCommand(home.guard, `Pulling ${KAFKA_IMAGE}`, {
    command: "docker",
    args: ["pull", KAFKA_IMAGE],
    env,
    cwd: folder,
    logFile: join(folder, "docker-pull.log"),
    endSignal: "SIGTERM",
    graceMillis: 1_000,
  });
}
