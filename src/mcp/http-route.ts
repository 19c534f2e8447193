/**
 * `/mcp` of the service: Streamable HTTP without sessions and without a stream of the server's own. Whoever may read may ask, and sees what the
 * API shows them: every question of a tool is a request to the API with the headers of who sent the message.
 */
import type { Access } from "../access/authorize.js";
import { checkSameSite } from "../access/same-site.js";
import { API_PATH } from "../api/api-path.js";
import { callerOf } from "../api/caller.js";
import { problemOf } from "../api/problem.js";
import { readJson } from "../api/request-body.js";
import type { McpSettings } from "../config/mcp-settings.js";
import { problemResponse } from "../internal/problem-response.js";
import { McpServer } from "./protocol.js";
import { createSqlReader } from "./sql-reader.js";
import { TOOLS } from "./tools/index.js";

export interface McpServiceOptions {
  readonly settings: McpSettings;
  /** Handles requests to the API. */
  readonly api: (request: Request, peer?: string) => Promise<Response>;
  readonly access: Access;
  /** Names by which the service may be called; `undefined` for any. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** Called for what nobody foresaw. */
  readonly onDefect: (error: unknown) => void;
}

export interface McpService {
  /** Handles requests to `/mcp`. Never rejects. @param peer address from which it came */
  readonly route: (request: Request, peer: string | undefined) => Promise<Response>;
  /** Never rejects. */
  stop(): Promise<void>;
}

/** What says who asks; no other header of a message is meant for the API. */
const PASSED_ON = ["authorization", "cookie", "host", "origin", "sec-fetch-site"];

/** Connects to nothing before the first question in SQL. */
export function createMcpService({ settings, api, access, hosts, onDefect }: McpServiceOptions): McpService {
  const { maxCharacters } = settings;
  const server = new McpServer(TOOLS);
  const sql = settings.sql && createSqlReader(settings.sql);

  async function respond(request: Request, peer: string | undefined): Promise<Response> {
    const { headers } = request;
    checkSameSite(headers, hosts);
    const caller = await callerOf(access, headers, "read", peer);
    const passed = PASSED_ON.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const response = await server.handle(await readJson(request), {
      ask(path, init = {}) {
        const own = new Headers(init.headers);
        for (const [name, value] of passed) own.set(name, value);
        return api(new Request(`http://localhost${API_PATH}${path}`, { ...init, headers: own }), peer);
      },
      // The role of the views sees all projects and runs.
      sql: caller.projects === undefined && caller.run === undefined ? sql : undefined,
      maxCharacters,
    });
    return response === undefined ? new Response(null, { status: 202 }) : Response.json(response);
  }

  return {
    async route(request, peer) {
      if (request.method !== "POST")
        return problemResponse(405, "/mcp takes POST only: it sends nothing by itself", {
          headers: { allow: "POST" },
        });
      try {
        return await respond(request, peer);
      } catch (error) {
        const problem = problemOf(error);
        if (problem !== undefined) return problem.toResponse();
        onDefect(error);
        return problemResponse(500, "the response could not be made");
      }
    },
    stop: async () => sql?.close(),
  };
}
