/** The HTTP API as a process of its own, so that its processor time is nobody else's. Started by `cut-readers.ts`, with a database's URL. */
import pino from "pino";
import { createAccess } from "../../src/access/authorize.js";
import { createApiService } from "../../src/api/api-service.js";
import { resolveApiSettings } from "../../src/config/api-settings.js";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolveHttpSettings } from "../../src/config/http-settings.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startHttpServer } from "../../src/http/server.js";

const http = resolveHttpSettings({ port: 0 }, new EnvReader({}));
const api = createApiService({
  settings: resolveApiSettings({}, new EnvReader({ AGENT_ACTIONS_API_MAX_REQUESTS: "1000" })),
  http,
  postgres: resolvePostgresSettings({ url: String(process.argv[2]) }, new EnvReader({})),
  access: createAccess({ find: async () => undefined, free: new Set(["read"]) }),
  log: pino({ level: "warn" }),
});
const probes = {
  health: () => ({ status: "healthy" as const, consumer: "none", problems: [] }),
  readiness: () => ({ ready: true }),
  metrics: () => ({}),
  families: () => [],
};
const listening = await startHttpServer(http, probes, { api: api.api });

process.on("message", async (message) => {
  if (message === "cpu") process.send?.({ cpu: process.cpuUsage(), peak: process.resourceUsage().maxRSS });
  if (message !== "stop") return;
  await api.endStreams();
  await listening.stop(500);
  await api.stop();
  process.disconnect();
});
process.send?.({ url: listening.url });
