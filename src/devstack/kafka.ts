import { randomBytes } from "node:crypto";
import { cacheFolder } from "./cache-folder.js";
import { checkLibraries } from "./check-libraries.js";
import { commandProbe } from "./command-probe.js";
import { type DevServer, startDevServer } from "./dev-server.js";
import { fetchKafka, kafkaLibraryFolder } from "./fetch-kafka.js";
import type { GuardedCommand } from "./guarded-command.js";
import { prepareDockerKafka } from "./kafka-docker.js";
import { prepareJavaKafka } from "./kafka-java.js";
import { KAFKA_LIBRARIES, KAFKA_VERSION } from "./kafka-libraries.js";
import { kafkaReady } from "./kafka-ready.js";
import { chooseKafkaRuntime, type KafkaRuntime } from "./kafka-runtime.js";
import type { KafkaAddresses } from "./kafka-settings.js";
import { openStackHome, type StackHome } from "./stack-home.js";
import { startOnFreePorts } from "./start-on-free-ports.js";

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

/**
 * Starts a real Kafka and resolves when a producer and a consumer group are served. The first run fetches it.
 * Throws `DevStackError` with what to install, or with the end of Kafka's log.
 */
export async function startKafka(
  options: StartKafkaOptions = {},
  sharedHome?: StackHome,
): Promise<KafkaServer> {
  const home = sharedHome ?? (await openStackHome(options.dataDir));
  const release = home.guard.hold();
  try {
    return await startInHome(home, options, sharedHome === undefined);
  } catch (error) {
    if (!sharedHome) await home.guard.close();
    throw error;
  } finally {
    release();
  }
}

async function startInHome(
  home: StackHome,
  options: StartKafkaOptions,
  ownsHome: boolean,
): Promise<KafkaServer> {
  const { env = process.env, onProgress = () => undefined } = options;
  const began = performance.now();
  const prepare = await prepareRuntime(home, env, onProgress);
  return startOnFreePorts(2, async ([port = 0, controllerPort = 0]) => {
    const server = await startDevServer({
      name: "Kafka",
      home,
      ownsHome,
      command: await prepare({ port, controllerPort }),
      stopSignal: "SIGTERM",
      ready: (aborted) => kafkaReady(port, aborted),
    });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    onProgress(`Kafka ${KAFKA_VERSION}: ready on 127.0.0.1:${port} after ${seconds} s`);
    return Object.assign(server, { bootstrapServers: `127.0.0.1:${port}` });
  });
}

type Prepare = (addresses: KafkaAddresses) => Promise<GuardedCommand>;

async function prepareRuntime(
  home: StackHome,
  env: NodeJS.ProcessEnv,
  onProgress: (message: string) => void,
): Promise<Prepare> {
  const cache = cacheFolder(env);
  const libraries = kafkaLibraryFolder(cache);
  const clusterId = newClusterId();
  const fetched = (await checkLibraries(libraries, KAFKA_LIBRARIES)).length === 0;
  const runtime: KafkaRuntime = await chooseKafkaRuntime({ probe: commandProbe(env), fetched, env });
  if (runtime.kind === "docker") {
    const name = `agent-actions-kafka-${clusterId.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`;
    return ({ port }) => prepareDockerKafka({ home, env, clusterId, name }, port);
  }
  if (runtime.fetch) await fetchKafka({ cache, env, guard: home.guard, onProgress });
  return (addresses) => prepareJavaKafka({ home, java: runtime.java, libraries, env, clusterId }, addresses);
}

/** Kafka writes an id as 16 bytes in URL-safe base64, and takes one that begins with a dash for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? newClusterId() : id;
}
