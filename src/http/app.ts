import { Hono } from "hono";
import type { MetricFamily } from "../internal/metric-family.js";
import { problemResponse } from "../internal/problem-response.js";
import { prometheusText, TEXT_FORMATS, wantedFormat } from "./metrics-format.js";

/** Responses are of the moment; a cache in between would return an old one. */
const NO_STORE = { "cache-control": "no-store" };
const METHODS = "GET, HEAD";
const ACTIONS = "/v1/actions";

/** Handles `POST /v1/traces` and the like, in the form that OTLP gives to every response. */
export type SignalRoute = (request: Request) => Promise<Response>;

/** Handles `POST /v1/actions`. */
export type ActionsRoute = (request: Request) => Promise<Response>;

/** Handles everything below `/api/`, or `/mcp`; `peer` is the address from which a request came. */
export type ApiRoute = (request: Request, peer: string | undefined) => Promise<Response>;

/** Handles `GET /checkpoint` and everything below `/tile/`. */
export type EvidenceRoute = ApiRoute;

/** Pages and files of the dashboard; `undefined` where a path is none of them. */
export type DashboardRoute = (request: Request) => Promise<Response | undefined>;

/** What is served beside health and metrics. */
export interface AppRoutes {
  /** OTLP by the ends of its paths: `traces`, `logs`, `metrics`. */
  readonly signals?: Readonly<Record<string, SignalRoute>> | undefined;
  readonly actions?: ActionsRoute | undefined;
  readonly api?: ApiRoute | undefined;
  readonly mcp?: ApiRoute | undefined;
  readonly evidence?: EvidenceRoute | undefined;
  readonly dashboard?: DashboardRoute | undefined;
}

/**
 * `GET /health`, `/ready` and `/metrics`, and `POST` of OTLP and `/v1/actions`, `/api/`, the evidence log and the dashboard where handlers are given;
 * everything else is a problem in the sense of RFC 9457.
 */
export function createApp(
  probes: ServiceProbes,
  { signals = {}, actions, api, mcp, evidence, dashboard }: AppRoutes = {},
): Hono {
  const app = new Hono();

  app.get("/health", (context) => {
    const report = probes.health();
    return context.json(report, report.status === "healthy" ? 200 : 503, NO_STORE);
  });

  app.get("/ready", (context) => {
    const report = probes.readiness();
    return context.json(report, report.ready ? 200 : 503, NO_STORE);
  });

  app.get("/metrics", (context) => {
    const format = wantedFormat(context.req.query("format"), context.req.header("accept"));
    if (format === undefined) return problemResponse(400, "format has to be json, prometheus or openmetrics");
    if (format === "json") return context.json(probes.metrics(), 200, NO_STORE);
    const text = prometheusText(probes.families(), format);
    return context.body(text, 200, { ...NO_STORE, "content-type": TEXT_FORMATS[format] });
  });

  const otlp = Object.entries(signals).map(([signal, handle]) => [`/v1/${signal}`, handle] as const);
  for (const [path, handle] of [...otlp, [ACTIONS, actions] as const]) {
    if (handle === undefined) continue;
    app.post(path, (context) => handle(context.req.raw));
    app.all(path, () => problemResponse(405, `${path} takes POST only`, { headers: { allow: "POST" } }));
  }
  if (mcp) app.all("/mcp", (context) => mcp(context.req.raw, peerOf(context.env)));
  if (evidence)
    for (const path of ["/checkpoint", "/tile/*"])
      app.all(path, (context) => evidence(context.req.raw, peerOf(context.env)));
  if (api) app.all("/api/*", (context) => api(context.req.raw, peerOf(context.env)));
  for (const path of ["/health", "/ready", "/metrics"])
    app.all(path, () =>
      problemResponse(405, `${path} takes ${METHODS} only`, { headers: { allow: METHODS } }),
    );
  app.notFound(
    async (context) =>
      (await dashboard?.(context.req.raw)) ??
      problemResponse(
        404,
        `there are /health, /ready and /metrics at this address${dashboard ? ", the dashboard at /" : ""}${api ? ", /api/v1" : ""}${mcp ? ", /mcp" : ""}${evidence ? ", /checkpoint, /tile" : ""}${actions ? `, ${ACTIONS}` : ""}${otlp.length > 0 ? `, and ${otlp.map(([path]) => path).join(", ")}` : "; OTLP is not switched on"}`,
      ),
  );
  app.onError(() => problemResponse(500, "the response could not be made"));
  return app;
}

/** What @hono/node-server knows of a request beside it; a request that came by no network has nothing of it. */
function peerOf(env: unknown): string | undefined {
  const { incoming } = (env ?? {}) as {
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
  };
  return incoming?.socket?.remoteAddress;
}

/** What the HTTP server reports about the process that it runs in. It does not import the consumer: these are passed in. */
export interface ServiceProbes {
  health(): HealthReport;
  readiness(): ReadinessReport;
  /** Returned as JSON as it is. */
  metrics(): object;
  families(): readonly MetricFamily[];
}

export interface HealthReport {
  readonly status: "healthy" | "unhealthy";
  /** State of the consumer. */
  readonly consumer: string;
  /** Why not healthy. */
  readonly problems: readonly string[];
  readonly [detail: string]: unknown;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly [detail: string]: unknown;
}
