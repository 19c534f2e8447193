import { Hono } from "hono";
import { problem } from "./problem.js";
import { prometheusText, TEXT_FORMATS } from "./prometheus-text.js";
import type { ServiceProbes } from "./service-probes.js";
import { wantedFormat } from "./wanted-format.js";

/** Answers are of the moment; a cache in between would tell an old one. */
const NO_STORE = { "cache-control": "no-store" };
const METHODS = "GET, HEAD";
const TRACES = "/v1/traces";

/** Answers `POST /v1/traces`, in the form that OTLP gives to every answer. */
export type TraceRoute = (request: Request) => Promise<Response>;

/**
 * `GET /health`, `/ready` and `/metrics`, and `POST /v1/traces` where somebody answers it; everything else is a problem in
 * the sense of RFC 9457.
 */
export function createApp(probes: ServiceProbes, traces?: TraceRoute): Hono {
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
    if (format === undefined)
      return problem(context, 400, "Bad Request", "format has to be json, prometheus or openmetrics");
    if (format === "json") return context.json(probes.metrics(), 200, NO_STORE);
    const text = prometheusText(probes.families(), format);
    return context.body(text, 200, { ...NO_STORE, "content-type": TEXT_FORMATS[format] });
  });

  if (traces) {
    app.post(TRACES, (context) => traces(context.req.raw));
    app.all(TRACES, (context) =>
      problem(context, 405, "Method Not Allowed", `${TRACES} answers POST only`, { allow: "POST" }),
    );
  }
  for (const path of ["/health", "/ready", "/metrics"])
    app.all(path, (context) =>
      problem(context, 405, "Method Not Allowed", `${path} answers ${METHODS} only`, { allow: METHODS }),
    );
  app.notFound((context) =>
    problem(
      context,
      404,
      "Not Found",
      `there are /health, /ready and /metrics at this address${traces ? `, and ${TRACES}` : "; OTLP is not switched on"}`,
    ),
  );
  app.onError((_error, context) =>
    problem(context, 500, "Internal Server Error", "the answer could not be made"),
  );
  return app;
}
