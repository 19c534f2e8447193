/** `/api/v1`: what was recorded, for programs and pages. One table of routes makes the router, its checks and OpenAPI. */
import { type Context, Hono, type HonoRequest } from "hono";
import { compress } from "hono/compress";
import { type Access, type Caller, NOBODY } from "../access/authorize.js";
import { allowedHosts, checkSameSite } from "../access/same-site.js";
import type { ApiSettings } from "../config/api-settings.js";
import { isLoopback } from "../config/http-settings.js";
import type { AccessLog } from "./access-log.js";
import { API_PATH } from "./api-path.js";
import { callerOf, checkShared, isNoRefusal } from "./caller.js";
import type { Database } from "./database.js";
import { openApiDocument } from "./openapi.js";
import { Problem, problemOf } from "./problem.js";
import { readParameters } from "./query/parameter.js";
import { readJson } from "./request-body.js";
import { jsonResponse } from "./respond.js";
import type { ApiDeadLetters, ApiParts, Route } from "./route.js";
import { ROUTES } from "./routes/index.js";
import { TreeCache } from "./run-tree/tree-cache.js";
import { ActionStream } from "./stream/action-stream.js";
import { NoticeStream } from "./stream/notice-stream.js";

export interface ApiOptions {
  readonly settings: ApiSettings;
  /** Where the HTTP server listens. */
  readonly host: string;
  readonly database: Database;
  readonly access: Access;
  /** Where it is written who has asked for what; `undefined` for nowhere. */
  readonly accessLog?: Pick<AccessLog, "add"> | undefined;
  /** @default none */
  readonly deadLetters?: ApiDeadLetters | undefined;
  /** Called for what nobody foresaw. */
  readonly onDefect: (error: unknown) => void;
}

/** Handles requests below {@link API_PATH}. */
export interface Api {
  /** @param peer address from which it came */
  (request: Request, peer?: string): Promise<Response>;
  /** Never rejects. */
  endStreams(): Promise<void>;
}

interface Bindings {
  readonly peer: string | undefined;
}

interface Asked {
  readonly route: Route;
  readonly req: HonoRequest;
  readonly url: URL;
  readonly caller: Caller;
  readonly isStillAllowed: () => Promise<boolean>;
}

/** Actions of all trees that are kept in memory together: some 60 bytes each. */
const MAX_CACHED_ACTIONS = 1_000_000;

export function createApi(options: ApiOptions): Api {
  const { settings, host, database, access, accessLog, deadLetters, onDefect } = options;
  const hosts = allowedHosts(isLoopback(host), settings.allowedHosts);
  const stream = new ActionStream(database, { maxReaders: settings.maxStreams, onDefect });
  const noticeStream = new NoticeStream(database, { maxReaders: settings.maxStreams, onDefect });
  const trees = new TreeCache(MAX_CACHED_ACTIONS);
  const parts: ApiParts = { database, settings, trees, stream, noticeStream, deadLetters };
  const app = new Hono<{ Bindings: Bindings }>().basePath(API_PATH);
  let underWay = 0;

  app.use(compress());
  app.use(async (context, next) => {
    checkSameSite(context.req.raw.headers, hosts);
    if (underWay >= settings.maxRequests)
      throw new Problem(503, "Too many requests are worked on: try again.", {
        headers: { "retry-after": "1" },
      });
    underWay++;
    try {
      await next();
    } finally {
      underWay--;
    }
  });
  for (const route of ROUTES)
    app.on(route.method.toUpperCase(), honoPath(route.path), (context) => handle(route, context));
  // Says nothing of anybody's rows, so nobody is asked for a token.
  const document = JSON.stringify(openApiDocument(ROUTES));
  app.get("/openapi.json", () => jsonResponse(document));
  for (const path of new Set(ROUTES.map((route) => route.path)))
    app.all(honoPath(path), () => {
      throw wrongMethod(path);
    });
  app.notFound(() =>
    new Problem(
      404,
      `There is nothing at this path. GET ${API_PATH}/openapi.json lists what there is.`,
    ).toResponse(),
  );
  app.onError(failed);
  const handled = async (request: Request, peer?: string): Promise<Response> => app.fetch(request, { peer });
  return Object.assign(handled, {
    endStreams: async () => {
      await Promise.all([stream.stop(), noticeStream.stop()]);
    },
  });

  function failed(error: unknown): Response {
    const problem = problemOf(error);
    if (problem !== undefined) return problem.toResponse();
    onDefect(error);
    return new Problem(500, "The response could not be made.").toResponse();
  }

  async function handle(route: Route, { req, env }: Context<{ Bindings: Bindings }>): Promise<Response> {
    const { scope } = route;
    const authorize = () =>
      scope === "none" ? Promise.resolve(NOBODY) : callerOf(access, req.raw.headers, scope, env.peer);
    const caller = await authorize();
    if (caller.run !== undefined) checkShared(route, req.param() as Record<string, string>, caller.run);
    const url = new URL(req.url);
    const request = {
      route,
      req,
      url,
      caller,
      isStillAllowed: () => authorize().then(() => true, isNoRefusal),
    };
    const response = await work(request).catch(failed);
    if (caller.hasToken)
      accessLog?.add({
        tokenName: caller.name,
        method: req.method,
        path: url.pathname,
        query: url.search.slice(1),
        status: response.status,
      });
    return response;
  }

  async function work({ route, req, url, caller, isStillAllowed }: Asked): Promise<Response> {
    const values = readParameters(url.searchParams, route.parameters);
    const path = req.param() as Record<string, string>;
    const body = route.requestBody && (await readJson(req.raw));
    const { headers } = req.raw;
    return route.handle({ path, values, url, headers, caller, body, isStillAllowed }, parts);
  }
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

function wrongMethod(path: string): Problem {
  const methods = ROUTES.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
  const allow = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return new Problem(405, `${API_PATH}${path} takes ${allow.join(", ")} only.`, {
    headers: { allow: allow.join(", ") },
  });
}
