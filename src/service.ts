import pino from "pino";
import { allowedHosts } from "./access/same-site.js";
import { createServiceAccess, type ServiceAccess } from "./access/service-access.js";
import type { ApiService } from "./api/api-service.js";
import { type BackgroundWork, startBackground } from "./background-work.js";
import { isLoopback } from "./config/http-settings.js";
import { type ActionConsumer, runConsumer } from "./consumer/consumer.js";
import type { ResolvedConsumerOptions } from "./consumer/options.js";
import type { DeadLetters } from "./dead-letters/service-dead-letters.js";
import type { EvidenceService } from "./evidence/http-route.js";
import { startHttpServer } from "./http/server.js";
import { describeError } from "./internal/describe-error.js";
import type { McpService } from "./mcp/http-route.js";
import type { OtlpReceiver } from "./otlp/otlp-receiver.js";
import { probesOf } from "./service-probes.js";
import { resolveService, type ServiceOptions } from "./service-settings.js";

export type { ServiceOptions };

export interface Service {
  readonly consumer: ActionConsumer;
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Where events are sent to as JSON; `undefined` when that is not switched on. */
  readonly intakeEndpoint: string | undefined;
  /** Where spans are sent to by OTLP/HTTP: `OTEL_EXPORTER_OTLP_ENDPOINT`; `undefined` when that is not switched on. */
  readonly otlpEndpoint: string | undefined;
  /** Where OTLP/gRPC is taken; `undefined` when it is not switched on. */
  readonly otlpGrpcEndpoint: string | undefined;
  /**
   * The token that was made because neither environment nor database has one; it holds until the process ends. `undefined`: there is
   * one, or Postgres does not respond.
   */
  madeToken(): Promise<string | undefined>;
  /** Resolves when the service has stopped, with the reason if that did not go well. */
  readonly done: Promise<Error | undefined>;
  /**
   * First the consumer and the receiver of spans, then the HTTP server, which reports the progress. Rejects with `ShutdownError` when the deadline
   * passed with something unfinished; it is closed then too. Calling it again waits for the same end.
   */
  stop(deadlineMillis?: number): Promise<void>;
}

/** What statistics and notices get when the consumer has used up its time: enough to end a transaction. */
const BACKGROUND_STOP_MILLIS = 200;

/** Responses under way may take this long when everything else is closed. */
const HTTP_STOP_MILLIS = 500;

/**
 * Consumer and HTTP server in one process. Throws `ConfigError`, with all problems at once, before anything connects, and
 * when the port is taken. It waits for neither Kafka nor Postgres: `/health` and `/ready` report them.
 */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const {
    settings,
    http,
    otlp: otlpSettings,
    api: apiSettings,
    mcp: mcpSettings,
    intake,
    receiver,
    statistics: keeping,
    noticing,
    alerts,
    retention,
    evidence,
    notices,
  } = await resolveService(options);
  const log = options.logger ?? pino({ level: settings.logLevel });
  for (const notice of notices) log.warn(notice);
  let consumer: ActionConsumer | undefined;
  const access = createServiceAccess({
    http,
    api: apiSettings,
    otlp: otlpSettings,
    postgres: settings.postgres,
    log,
  });
  let background: BackgroundWork | undefined;
  const otlp = receiver?.createOtlpReceiver({
    settings: otlpSettings,
    intake,
    http,
    allowedNames: apiSettings.allowedHosts,
    access,
    consumer: settings,
    env: options.env ?? process.env,
    log,
  });
  const deadLetters = apiSettings.enabled
    ? (await import("./dead-letters/service-dead-letters.js")).createDeadLetters({ ...settings, log })
    : undefined;
  const api = apiSettings.enabled
    ? (await import("./api/api-service.js")).createApiService({
        settings: apiSettings,
        http,
        postgres: settings.postgres,
        access,
        deadLetters,
        log,
      })
    : undefined;
  const mcp =
    api && mcpSettings.enabled
      ? (await import("./mcp/http-route.js")).createMcpService({
          settings: mcpSettings,
          api: api.api,
          access,
          hosts: allowedHosts(isLoopback(http.host), apiSettings.allowedHosts),
          onDefect: api.onDefect,
        })
      : undefined;
  const proofs = evidence
    ? (await import("./evidence/http-route.js")).createEvidenceService({
        postgres: settings.postgres,
        access,
        hosts: allowedHosts(isLoopback(http.host), apiSettings.allowedHosts),
        onDefect: (error) =>
          log.error({ error: describeError(error).message }, "a request to the evidence log failed"),
      })
    : undefined;
  const dashboard =
    apiSettings.enabled && apiSettings.dashboard
      ? (await import("./dashboard/dashboard-files.js")).createDashboard()
      : undefined;
  const server = await startHttpServer(
    http,
    probesOf({ consumer: () => consumer, background: () => background, otlp }),
    {
      signals: otlp?.signals,
      actions: otlp?.actions,
      api: api?.api,
      mcp: mcp?.route,
      evidence: proofs?.route,
      dashboard,
    },
  );
  try {
    await otlp?.start();
    const started = runConsumer(settings, log);
    consumer = started;
    background = startBackground({
      statistics: keeping,
      notices: noticing,
      alerts,
      retention,
      evidence,
      consumer: started,
      settings,
      log,
    });
  } catch (error) {
    await Promise.all([server.stop(HTTP_STOP_MILLIS), otlp?.stop(HTTP_STOP_MILLIS)]);
    throw error;
  }
  // Where others reach it, nothing is free: without a token there would be no way in.
  if (!isLoopback(http.host)) void access.madeToken();
  log.info({ url: server.url, otlp: otlp?.signals !== undefined }, "serving health and metrics");
  return serviceOf(
    { consumer, server, otlp, api, mcp, proofs, deadLetters, access, background, settings },
    options.signal,
  );
}

interface ServiceParts {
  readonly consumer: ActionConsumer;
  readonly server: Awaited<ReturnType<typeof startHttpServer>>;
  readonly otlp: OtlpReceiver | undefined;
  readonly api: ApiService | undefined;
  readonly mcp: McpService | undefined;
  readonly proofs: EvidenceService | undefined;
  readonly deadLetters: DeadLetters | undefined;
  readonly access: ServiceAccess;
  readonly background: BackgroundWork;
  readonly settings: ResolvedConsumerOptions;
}

function serviceOf(
  { consumer, server, otlp, api, mcp, proofs, deadLetters, access, background, settings }: ServiceParts,
  signal: AbortSignal | undefined,
): Service {
  let stopped: Promise<void> | undefined;
  let reportDone: (reason: Error | undefined) => void = () => undefined;
  const done = new Promise<Error | undefined>((resolve) => {
    reportDone = resolve;
  });
  async function stopAll(deadlineMillis: number): Promise<void> {
    const end = performance.now() + deadlineMillis;
    const stops = [consumer.stop(deadlineMillis), otlp?.stop(deadlineMillis)];
    const [ofConsumer] = await Promise.allSettled(stops);
    // After the last rows, so that they show them.
    await background.stop(Math.max(end - performance.now(), BACKGROUND_STOP_MILLIS));
    await Promise.all([api?.endStreams(), deadLetters?.stop()]);
    await server.stop(HTTP_STOP_MILLIS);
    await Promise.all([mcp?.stop(), api?.stop(), proofs?.stop()]);
    await access.stop();
    if (ofConsumer?.status === "rejected") throw ofConsumer.reason;
  }
  const service: Service = {
    consumer,
    url: server.url,
    otlpEndpoint: otlp?.signals && server.url,
    otlpGrpcEndpoint: otlp?.grpcUrl,
    intakeEndpoint: otlp?.actions && `${server.url}/v1/actions`,
    madeToken: async () => (await access.madeToken())?.reveal(),
    done,
    stop(deadlineMillis = settings.shutdownDeadlineMillis) {
      stopped ??= stopAll(deadlineMillis);
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
