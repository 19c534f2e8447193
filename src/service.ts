import pino from "pino";
import { EnvReader } from "./config/env-reader.js";
import { type HttpOptions, resolveHttpSettings } from "./config/http-settings.js";
import { type ActionConsumer, runConsumer } from "./consumer/consumer.js";
import type { ConsumerStatus } from "./consumer/consumer-status.js";
import { type ConsumerOptions, resolveConsumerOptions } from "./consumer/options.js";
import { ConfigError } from "./errors.js";
import { startHttpServer } from "./http/server.js";
import type { HealthReport, ReadinessReport, ServiceProbes } from "./http/service-probes.js";

export interface ServiceOptions extends ConsumerOptions {
  /** `GET /health`, `/ready` and `/metrics`. */
  readonly http?: HttpOptions;
  /** Stops the service when it is aborted, as `stop()` does. */
  readonly signal?: AbortSignal;
}

export interface Service {
  readonly consumer: ActionConsumer;
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Resolves when the service has stopped, with the reason if that did not go well. */
  readonly done: Promise<Error | undefined>;
  /**
   * First the consumer, then the HTTP server, which tells how that goes. Rejects with `ShutdownError` when the deadline
   * passed with something unfinished; it is closed then too. Calling it again waits for the same end.
   */
  stop(deadlineMillis?: number): Promise<void>;
}

/** Answers under way may take this long when everything else is closed. */
const HTTP_STOP_MILLIS = 500;

/**
 * Consumer and HTTP server in one process. Throws `ConfigError`, with all problems at once, before anything connects, and
 * when the port is taken. It waits for neither Kafka nor Postgres: `/health` and `/ready` tell about them.
 */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const env = new EnvReader(options.env ?? process.env);
  const settings = resolveConsumerOptions(options, env);
  const http = resolveHttpSettings(options.http ?? {}, env);
  if (env.problems.length > 0) throw new ConfigError(env.problems);

  const log = options.logger ?? pino({ level: settings.logLevel });
  let consumer: ActionConsumer | undefined;
  const server = await startHttpServer(
    http,
    probesOf(() => consumer),
  );
  consumer = runConsumer(settings, log);
  log.info({ url: server.url }, "serving health and metrics");
  return serviceOf(consumer, server, options.signal);
}

function serviceOf(
  consumer: ActionConsumer,
  server: Awaited<ReturnType<typeof startHttpServer>>,
  signal: AbortSignal | undefined,
): Service {
  let stopped: Promise<void> | undefined;
  let reportDone: (reason: Error | undefined) => void = () => undefined;
  const done = new Promise<Error | undefined>((resolve) => {
    reportDone = resolve;
  });
  const service: Service = {
    consumer,
    url: server.url,
    done,
    stop(deadlineMillis) {
      stopped ??= consumer.stop(deadlineMillis).finally(() => server.stop(HTTP_STOP_MILLIS));
      stopped.then(() => reportDone(undefined), reportDone);
      return stopped;
    },
  };
  // The reason is in `done`.
  const stop = () => void service.stop().catch(() => undefined);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  return service;
}

function probesOf(consumer: () => ActionConsumer | undefined): ServiceProbes {
  return {
    health: () => healthOf(consumer()?.status()),
    readiness: () => readinessOf(consumer()?.status()),
    metrics: () => consumer()?.metrics() ?? {},
    families: () => consumer()?.families() ?? [],
  };
}

function healthOf(status: ConsumerStatus | undefined): HealthReport {
  if (status === undefined) return { status: "healthy", consumer: "starting", problems: [] };
  const { healthy, state, problems, kafka, postgres, missingTopics, partitions, lag, inFlight } = status;
  return {
    status: healthy ? "healthy" : "unhealthy",
    consumer: state,
    problems,
    kafka,
    postgres,
    missing_topics: missingTopics,
    partitions,
    lag,
    messages_in_flight: inFlight,
  };
}

function readinessOf(status: ConsumerStatus | undefined): ReadinessReport {
  if (status === undefined) return { ready: false, consumer: "starting" };
  const { ready, state, kafka, postgres, missingTopics } = status;
  return { ready, consumer: state, kafka, postgres, missing_topics: missingTopics };
}
