import { describe, expect, test } from "vitest";
import { createApp, type ServiceProbes } from "../../../src/http/app.js";

const healthy: ServiceProbes = {
  health: () => ({ status: "healthy", consumer: "running", problems: [] }),
  readiness: () => ({ ready: true }),
  metrics: () => ({ uptime_seconds: 3, messages_consumed: 7 }),
  families: () => [{ name: "things", help: "Things.", type: "counter", samples: [{ value: 7 }] }],
};
const ill: ServiceProbes = {
  ...healthy,
  health: () => ({ status: "unhealthy", consumer: "waiting", problems: ["why"] }),
  readiness: () => ({ ready: false }),
};
const get = (path: string, headers: Record<string, string> = {}, probes = healthy) =>
  createApp(probes).request(path, { headers });

describe("the HTTP server", () => {
  test("answers /health as the specification says, and 503 when not healthy", async () => {
    const well = await get("/health");
    expect(well.status).toBe(200);
    expect(await well.json()).toMatchObject({ status: "healthy", consumer: "running" });
    const unwell = await get("/health", {}, ill);
    expect(unwell.status).toBe(503);
    expect(await unwell.json()).toMatchObject({ status: "unhealthy", problems: ["why"] });
  });

  test("answers /ready with 200 or 503", async () => {
    expect((await get("/ready")).status).toBe(200);
    expect((await get("/ready", {}, ill)).status).toBe(503);
  });

  test("answers /metrics as JSON to whoever asks for nothing else", async () => {
    for (const accept of ["", "*/*", "application/json", "text/html"]) {
      const response = await get("/metrics", { accept });
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
      expect(await response.json()).toEqual({ uptime_seconds: 3, messages_consumed: 7 });
    }
  });

  test("answers /metrics as text to Prometheus, by Accept or by ?format", async () => {
    for (const response of [
      await get("/metrics", { accept: "text/plain" }),
      await get("/metrics?format=prometheus"),
    ]) {
      expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      expect(await response.text()).toBe(
        "# HELP things_total Things.\n# TYPE things_total counter\nthings_total 7\n",
      );
    }
  });

  test("answers /metrics as OpenMetrics to what a Prometheus server sends", async () => {
    const accept =
      "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    const response = await get("/metrics", { accept });
    expect(response.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1.0.0/);
    expect(await response.text()).toBe(
      "# HELP things Things.\n# TYPE things counter\nthings_total 7\n# EOF\n",
    );
  });

  test("refuses a format that it does not have", async () => {
    const response = await get("/metrics?format=xml");
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("answers problems in the form of RFC 9457 for other paths and other methods", async () => {
    const missing = await get("/metrics/more");
    expect(missing.status).toBe(404);
    expect(missing.headers.get("content-type")).toBe("application/problem+json");
    expect(await missing.json()).toMatchObject({ type: "about:blank", title: "Not Found", status: 404 });

    const wrong = await createApp(healthy).request("/health", { method: "POST" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET, HEAD");
    expect(await wrong.json()).toMatchObject({ title: "Method Not Allowed", status: 405 });
  });

  test("answers HEAD without a body", async () => {
    const response = await createApp(healthy).request("/health", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  test("tells nobody what went wrong inside", async () => {
    const broken: ServiceProbes = {
      ...healthy,
      health: () => {
        throw new Error("hunter2");
      },
    };
    const response = await get("/health", {}, broken);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
  });

  test("is kept by no cache", async () => {
    for (const path of ["/health", "/ready", "/metrics"])
      expect((await get(path)).headers.get("cache-control")).toBe("no-store");
  });
});
