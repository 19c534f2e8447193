/** Requests to every way in of the service, valid ones and what is made of them. Each is a function of the seed and its number. */
import { gzipSync } from "node:zlib";
import { ROUTES } from "../../src/api/routes/index.js";
import { EVENT_KINDS } from "../../src/event/index.js";
import { jsonLogs, protobufLogs, toolLog } from "../unit/otlp/log-bodies.js";
import { jsonRequest, protobufRequest, toolSpan } from "../unit/otlp/otlp-bodies.js";
import { Draw } from "./draw.js";
import { headOf, type RequestParts } from "./http-heads.js";
import { mutatedBytes, mutatedProtobuf } from "./mutate-bytes.js";
import { HOSTILE_VALUES, mutatedJson } from "./mutate-json.js";
import type { RawRequest } from "./raw-http.js";

export interface FuzzRequest extends RawRequest {
  /** Method and path, and what was done, for whoever reads of a failure. */
  readonly what: string;
  /** Names of the actions in it, where nothing was done to its content: with a response of 200 each has to be a row. */
  readonly actions: readonly string[];
  /** It may end without a response: it was broken off, or is no HTTP. */
  readonly mayBeSilent: boolean;
}

export function fuzzRequest(seed: number, number: number, run: string): FuzzRequest {
  const draw = new Draw(seed, number);
  const target = draw.below(100);
  if (target < 75) return eventsRequest(draw, `${run} ${number}`);
  if (target < 92) return apiRequest(draw);
  return otherRequest(draw);
}

/** Small, and large when it is decompressed. */
const BOMB = gzipSync(Buffer.alloc(20_000_000));

interface Body {
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly isIntact: boolean;
}

function eventsRequest(draw: Draw, name: string): FuzzRequest {
  const count = draw.chance(0.02) ? 1 + draw.below(500) : 1 + draw.below(4);
  const actions = Array.from({ length: count }, (_, at) => `${name} ${at}`);
  const made = draw.pick([spans, spans, logs, events, events])(draw, actions);
  let { bytes, isIntact } = made;
  if (draw.chance(0.15)) {
    bytes = mutatedBytes(bytes, draw);
    isIntact = false;
  }
  const encoding = draw.below(20);
  const headers: [string, string][] = [["content-type", made.type]];
  if (encoding < 5) {
    bytes = gzipSync(bytes);
    headers.push(["content-encoding", draw.pick(["gzip", "GZIP", "x-gzip"])]);
  } else if (encoding === 5) {
    bytes = mutatedBytes(gzipSync(bytes), draw);
    isIntact = false;
    headers.push(["content-encoding", "gzip"]);
  } else if (encoding === 6) {
    // A small body that is large when it is decompressed, or one within another.
    bytes = draw.chance(0.5) ? BOMB : gzipSync(gzipSync(bytes));
    isIntact = false;
    headers.push(["content-encoding", "gzip"]);
  } else if (encoding === 7) {
    isIntact = false;
    headers.push([
      "content-encoding",
      draw.pick(["br", "deflate", "gzip, gzip", "identity, gzip", "\u00ff"]),
    ]);
  }
  const request = sent(draw, { method: "POST", path: made.path, headers, body: bytes });
  return { ...request, actions: isIntact ? actions : [] };
}

function spans(draw: Draw, actions: readonly string[]): Body {
  const traceId = draw.bytes(16).toString("hex");
  const given = actions.map((action, at) => {
    const span = toolSpan(at, { traceId, spanId: draw.bytes(8).toString("hex") });
    const attributes = span.attributes as { key: string; value: unknown }[];
    const named = { "gen_ai.tool.name": action, "gen_ai.tool.call.id": `call ${traceId} ${at}` };
    return {
      ...span,
      attributes: attributes.map(({ key, value }) => ({
        key,
        value: key in named ? { stringValue: named[key as keyof typeof named] } : value,
      })),
    };
  });
  const path = draw.chance(0.05) ? "/v1/metrics" : "/v1/traces";
  const isIntact = draw.chance(0.5) && path === "/v1/traces";
  if (draw.chance(0.5)) {
    const bytes = Buffer.from(protobufRequest(given));
    return {
      path,
      type: "application/x-protobuf",
      bytes: isIntact ? bytes : mutatedProtobuf(bytes, draw),
      isIntact,
    };
  }
  return { path, type: "application/json", ...jsonBody(JSON.parse(jsonRequest(given)), isIntact, draw) };
}

function logs(draw: Draw, actions: readonly string[]): Body {
  const session = draw.bytes(8).toString("hex");
  const given = actions.map((action, at) => {
    const log = toolLog(at);
    const own = { tool_name: action, tool_use_id: `toolu ${session} ${at}`, "session.id": session };
    return { ...log, attributes: { ...log.attributes, ...own } };
  });
  const isIntact = draw.chance(0.5);
  if (draw.chance(0.5)) {
    const bytes = Buffer.from(protobufLogs(given));
    return {
      path: "/v1/logs",
      type: "application/x-protobuf",
      bytes: isIntact ? bytes : mutatedProtobuf(bytes, draw),
      isIntact,
    };
  }
  return {
    path: "/v1/logs",
    type: "application/json",
    ...jsonBody(JSON.parse(jsonLogs(given)), isIntact, draw),
  };
}

function events(draw: Draw, actions: readonly string[]): Body {
  const given = actions.map((action, at) => ({
    correlation_id: `${action} run`,
    agent_name: "fuzzer",
    action_type: "tool_call",
    action_name: action,
    action_details: { tool_parameters: { path: "/a", at }, tool_result: "text", success: true },
    duration_ms: at,
    timestamp: "2026-11-01T00:00:00.123456Z",
  }));
  const isIntact = draw.chance(0.5);
  const kind = isIntact ? "action" : draw.pick([...EVENT_KINDS, "nothing", "\u0000"]);
  const path = kind === "action" ? "/v1/actions" : `/v1/actions?kind=${encodeURIComponent(kind)}`;
  if (draw.chance(0.4)) {
    const lines = given.map((event) => jsonBody(event, isIntact, draw).bytes.toString());
    const bytes = Buffer.from(lines.join(draw.pick(["\n", "\n\n", "\r\n"])));
    return { path, type: "application/x-ndjson", bytes, isIntact };
  }
  return { path, type: "application/json", ...jsonBody(given, isIntact, draw) };
}

const jsonBody = (value: unknown, isIntact: boolean, draw: Draw) => ({
  bytes: Buffer.from(isIntact ? JSON.stringify(value, undefined, draw.below(3)) : mutatedJson(value, draw)),
  isIntact,
});

const PARTS = [
  "fuzzer",
  "0",
  "%",
  "%00",
  "%zz",
  "%2e%2e",
  "..",
  "",
  "%ed%a0%80",
  "\u00ff",
  "x".repeat(3_000),
  "*",
];
const QUERY_VALUES = [
  "1",
  "all",
  "1h",
  "true",
  "id",
  "agent,hour",
  "2026-11-01",
  "-1",
  "1e309",
  "",
  "%",
  "%00",
  "%ff",
  "a&b=c",
];

function apiRequest(draw: Draw): FuzzRequest {
  const route = draw.pick(ROUTES);
  const names = Object.keys(route.parameters);
  const pairs = Array.from({ length: draw.below(5) }, () => {
    const name =
      names.length > 0 && draw.chance(0.9) ? draw.pick(names) : draw.pick(["", "__proto__", "%", "a[]"]);
    const value = draw.pick(HOSTILE_VALUES);
    const hostile = (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed();
    return `${name}=${draw.chance(0.7) ? draw.pick(QUERY_VALUES) : encodeURIComponent(hostile)}`;
  });
  const path = `/api/v1${route.path.replaceAll(/\{\w+\}/g, () => draw.pick(PARTS))}?${pairs.join("&")}`;
  const value = {
    name: "fuzzer",
    value: "a",
    run: "fuzzer run",
    label: "x",
    note: "text",
    places: ["0/1"],
    rules: {},
  };
  const body =
    route.requestBody === undefined ? Buffer.alloc(0) : jsonBody(value, draw.chance(0.2), draw).bytes;
  return sent(draw, {
    method: route.method.toUpperCase(),
    path,
    headers: body.length > 0 ? [["content-type", "application/json"]] : [],
    body,
  });
}

const OTHER_PATHS = [
  "/",
  "/health",
  "/ready",
  "/metrics",
  "/metrics?format=json",
  "/checkpoint",
  "/tile/0/000",
  "/mcp",
];

function otherRequest(draw: Draw): FuzzRequest {
  const path = draw.pick([
    ...OTHER_PATHS,
    "//",
    "/../..",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/api/v1",
    "/v1/none",
  ]);
  if (path !== "/mcp")
    return sent(draw, {
      method: draw.pick(["GET", "GET", "HEAD"]),
      path,
      headers: [],
      body: Buffer.alloc(0),
    });
  const call = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "list_runs", arguments: { limit: 5 } },
  };
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["accept", "application/json, text/event-stream"],
  ];
  return sent(draw, { method: "POST", path, headers, body: jsonBody(call, draw.chance(0.2), draw).bytes });
}

/** How it comes over the network, which may be wrong too. */
function sent(draw: Draw, parts: RequestParts): FuzzRequest {
  const { pieces, isChanged, what } = headOf(parts, draw);
  const ends = draw.below(100);
  const end = ends < 92 ? "stay" : ends < 96 ? "half" : "reset";
  return {
    pieces: draw.chance(0.1) ? pieces.flatMap((piece) => inPieces(piece, draw)) : pieces,
    pauseMillis: draw.below(30),
    end,
    what: `${parts.method} ${parts.path.slice(0, 200)}${what}${end === "stay" ? "" : `, ${end}`}`,
    actions: [],
    mayBeSilent: end !== "stay" || isChanged,
  };
}

function inPieces(bytes: Buffer, draw: Draw): Buffer[] {
  const size = Math.ceil(bytes.length / (1 + draw.below(5)));
  return Array.from({ length: size === 0 ? 0 : Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}
