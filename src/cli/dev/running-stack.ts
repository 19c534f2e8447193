import type { KafkaSettings } from "../../config/kafka-settings.js";
import type { PostgresSettings } from "../../config/postgres-settings.js";
import { ensureTopics } from "../../consumer/ensure-topics.js";
import { type DevStack, startDevStack } from "../../devstack/dev-stack.js";
import type { TopicNames } from "../../event/topics.js";
import { type Service, startService } from "../../service.js";
import { migrate } from "../../store/migrate.js";
import { resolveSettings } from "../settings.js";
import { choosePort } from "./choose-port.js";
import { stackEnvironment } from "./stack-environment.js";

export interface RunningStackOptions {
  readonly only?: "kafka" | "postgres" | undefined;
  /** Start the consumer and its HTTP server too. */
  readonly consumer: boolean;
  /** @default 8080, or a free one when that is taken */
  readonly port?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
}

/** Kafka, Postgres and what belongs on top, ready for an agent. */
export interface RunningStack {
  readonly kafka: (DevStack["kafka"] & { readonly settings: KafkaSettings }) | undefined;
  readonly postgres: (DevStack["postgres"] & { readonly settings: PostgresSettings }) | undefined;
  readonly topics: TopicNames;
  readonly service: Service | undefined;
  /** What a program needs to find it all; to be laid over its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves with the reason when a part of it ends without having been told to. */
  readonly crashed: Promise<Error>;
  /** Ends what was started here, last first. */
  stop(): Promise<void>;
}

/** Starts everything, or nothing: when a part cannot be started, those before it are stopped again. */
export async function startRunningStack(options: RunningStackOptions): Promise<RunningStack> {
  const { only, dataDir, env, onProgress } = options;
  const stack = await startDevStack({
    env,
    onProgress,
    ...(only === undefined ? {} : { only }),
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  try {
    return await startOnTop(stack, options);
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function startOnTop(stack: DevStack, options: RunningStackOptions): Promise<RunningStack> {
  const { env, onProgress } = options;
  const { kafka, postgres, topics } = resolveSettings(
    { "bootstrap-servers": stack.kafka?.bootstrapServers, "database-url": stack.postgres?.url },
    env,
  );
  await Promise.all([
    stack.kafka && ensureTopics(kafka, topics, {}),
    stack.postgres && migrate(postgres, { log: onProgress }),
  ]);
  const service =
    options.consumer && stack.kafka && stack.postgres ? await startConsumer(stack, options) : undefined;
  return {
    kafka: stack.kafka && { ...stack.kafka, settings: kafka },
    postgres: stack.postgres && { ...stack.postgres, settings: postgres },
    topics,
    service,
    env: stackEnvironment(stack, service && Number(new URL(service.url).port)),
    crashed: Promise.race([stack.crashed, ...(service ? [endOf(service)] : [])]),
    async stop() {
      try {
        await service?.stop();
      } finally {
        await stack.stop();
      }
    },
  };
}
