import { createServer } from "node:net";
import type { Logger } from "pino";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import type { PostgresSettings } from "../../config/postgres-settings.js";
import { type DevStack, startDevStack } from "../../devstack/dev-stack.js";
import type { TopicNames } from "../../event/topics.js";
import { freePort } from "../../internal/ports.js";
import { ensureTopics } from "../../kafka/ensure-topics.js";
import { type Service, startService } from "../../service.js";
import { resolveService, type ServiceOptions } from "../../service-settings.js";
import { migrate } from "../../store/migrate.js";
import { EXIT_FAILURE, EXIT_OK } from "../framework/exit-codes.js";
import type { Interruption } from "../framework/interruption.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { type LocalSpool, spoolInstead } from "./spool-instead.js";
import { otlpEnvironment, stackEnvironment } from "./stack-environment.js";

export interface RunningStackOptions {
  readonly only?: "kafka" | "postgres" | undefined;
  /** Events go through files. @default only where no Kafka is named and none can be run */
  readonly noKafka?: boolean | undefined;
  /** Start the consumer and its HTTP server too. */
  readonly consumer: boolean;
  /** @default 8080, or a free one when that is taken */
  readonly port?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
  readonly logger: Logger;
}

/** Kafka, Postgres and what belongs on top, ready for an agent. */
export interface RunningStack {
  readonly kafka: (NonNullable<DevStack["kafka"]> & { readonly settings: KafkaSettings }) | undefined;
  readonly postgres:
    | (NonNullable<DevStack["postgres"]> & { readonly settings: PostgresSettings })
    | undefined;
  /** The folder through which events go instead of Kafka. */
  readonly spool: string | undefined;
  readonly topics: TopicNames;
  readonly groupId: string;
  readonly service: Service | undefined;
  /** What may write labels; made by this stack, where neither environment nor database has one. */
  readonly token: string | undefined;
  /** What a program needs to find it all; to be laid over its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves with the reason when a part of it ends without having been asked to. */
  readonly crashed: Promise<Error>;
  /** Ends what was started here, last first. */
  stop(): Promise<void>;
}

/** Starts everything, or nothing: when a part cannot be started, those before it are stopped again. */
export async function startRunningStack(options: RunningStackOptions): Promise<RunningStack> {
  const { only, dataDir, env, onProgress } = options;
  // Before anything is started, which takes a while.
  resolveSettings({}, env, { onNotice: onProgress });
  if (options.consumer && only === undefined) await resolveService(serviceOptions(options));
  const isWhole = options.consumer && only === undefined;
  const local = isWhole ? await spoolInstead({ ...options, noKafka: options.noKafka === true }) : undefined;
  let stack: DevStack | undefined;
  try {
    stack = await startDevStack({ env, onProgress, only: local ? "postgres" : only, dataDir });
    return await startOnTop(stack, options, local);
  } catch (error) {
    await stack?.stop();
    await local?.remove();
    throw error;
  }
}

/** Our own Postgres has no TLS, whatever the environment asks of another one. */
const WITHOUT_TLS = { AGENT_ACTIONS_POSTGRES_SSL: "disable", PGSSLMODE: "disable" };

async function startOnTop(
  stack: DevStack,
  given: RunningStackOptions,
  local: LocalSpool | undefined,
): Promise<RunningStack> {
  const asksForTls = Object.keys(WITHOUT_TLS).some((name) => given.env[name]);
  const tls = asksForTls && stack.postgres?.external === false ? WITHOUT_TLS : {};
  const options = { ...given, env: { ...given.env, ...tls } };
  const { kafka, postgres, topics, groupId } = resolveSettings(
    { "bootstrap-servers": stack.kafka?.bootstrapServers, "database-url": stack.postgres?.url },
    options.env,
    { onNotice: () => undefined },
  );
  await Promise.all([stack.kafka && ensureTopics(kafka, topics), stack.postgres && migrate(postgres)]);
  const hasWay = stack.kafka !== undefined || local !== undefined;
  const whole = options.consumer && hasWay && stack.postgres !== undefined;
  const service = whole ? await startReadyService(stack, options, local?.directory) : undefined;
  let isStopping = false;
  return {
    kafka: stack.kafka && { ...stack.kafka, settings: kafka },
    postgres: stack.postgres && { ...stack.postgres, settings: postgres },
    spool: local?.directory,
    topics,
    groupId,
    service,
    token: await service?.madeToken(),
    env: {
      ...tls,
      ...stackEnvironment(stack, service && Number(new URL(service.url).port)),
      ...local?.env,
      ...otlpEnvironment(service?.otlpEndpoint, options.env),
    },
    crashed: Promise.race([stack.crashed, ...(service ? [unexpectedEnd(service, () => isStopping)] : [])]),
    async stop() {
      isStopping = true;
      try {
        await service?.stop();
      } finally {
        await stack.stop();
        await local?.remove();
      }
    },
  };
}

const serviceOptions = ({ port, env, logger }: RunningStackOptions): ServiceOptions => ({
  otlp: { enabled: true },
  intake: { enabled: true },
  http: { port, host: "127.0.0.1" },
  env,
  logger,
});

/** Resolves when the consumer is in its group: from then on a row comes within moments of its event. */
async function startReadyService(
  stack: DevStack,
  options: RunningStackOptions,
  spool: string | undefined,
): Promise<Service> {
  const { port, env } = options;
  const service = await startService({
    ...serviceOptions(options),
    spool,
    kafka: { brokers: stack.kafka?.bootstrapServers },
    postgres: { url: stack.postgres?.url },
    http: { port: port ?? (env.HEALTH_CHECK_PORT ? undefined : await choosePort()), host: "127.0.0.1" },
  });
  await service.consumer.ready;
  return service;
}

/** Never resolves when the consumer ends because it was asked to. */
function unexpectedEnd({ consumer }: Service, isStopping: () => boolean): Promise<Error> {
  return new Promise((resolve) => {
    void consumer.done.then(() => {
      if (!isStopping()) resolve(new Error("The consumer ended."));
    });
  });
}

/** Waits until a signal says that it is enough, or a part of the stack ends by itself. Returns the exit code. */
export async function stayUp(stack: RunningStack, { signal }: Interruption, out: Output): Promise<number> {
  // Without the consumer nothing else may hold the process: servers do not, and listening to signals does not.
  const hold = setInterval(() => undefined, 2 ** 31 - 1);
  const crash = await Promise.race([stack.crashed, aborted(signal)]).finally(() => clearInterval(hold));
  if (crash === undefined) return EXIT_OK;
  out.progress(out.progressStyle.bad(crash.message));
  return EXIT_FAILURE;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

export const USUAL_PORT = 8080;

/** The usual port when nobody has it, else any free one. */
export async function choosePort(): Promise<number> {
  return (await isFree(USUAL_PORT)) ? USUAL_PORT : freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    // All interfaces: somebody who listens on them has the port too, and the loopback alone might not notice.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
