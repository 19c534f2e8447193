import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpSettings } from "../config/http-settings.js";
import { ConfigError } from "../errors.js";
import { settlesWithin } from "../internal/settles-within.js";
import { type AppRoutes, createApp, type ServiceProbes } from "./app.js";

export interface HttpServer {
  /** Where it listens, with the port that it got. */
  readonly url: string;
  /** Ends the responses under way, within this time, and closes every connection. */
  stop(millis: number): Promise<void>;
}

const HEADERS_TIMEOUT_MILLIS = 20_000;

/** Resolves when the server listens. Throws `ConfigError` when it cannot: the port is taken, or the address not ours. */
export async function startHttpServer(
  settings: HttpSettings,
  probes: ServiceProbes,
  routes: AppRoutes = {},
): Promise<HttpServer> {
  // Without options of HTTP/2 it is a server of node:http.
  const server = createAdaptorServer({ fetch: createApp(probes, routes).fetch }) as Server;
  server.maxConnections = settings.maxConnections;
  // Bodies have limits of their own, by route; this one is for who sends a byte a minute.
  server.headersTimeout = HEADERS_TIMEOUT_MILLIS;
  const port = await listen(server, settings);
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${host}:${port}`,
    async stop(millis) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await settlesWithin(closed, millis);
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, { host, port }: HttpSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new ConfigError([sentence(error, host, port)])));
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function sentence(error: Error, host: string, port: number): string {
  const code = "code" in error ? String(error.code) : error.message;
  if (code === "EADDRINUSE")
    return `HEALTH_CHECK_PORT ${port} is taken on ${host}: end what listens there, or choose another port (0 takes any free one)`;
  if (code === "EACCES") return `HEALTH_CHECK_PORT ${port} needs more rights: choose a port above 1023`;
  return `AGENT_ACTIONS_HTTP_HOST ${host} cannot be listened on (${code}): give an address of this machine`;
}
