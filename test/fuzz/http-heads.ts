import type { Draw } from "./draw.js";

/** A request, before it is bytes. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

type Change = (parts: Head, draw: Draw) => Partial<Head>;

interface Head {
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const more =
  (...lists: readonly (readonly (readonly [string, string])[])[]): Change =>
  ({ headers }, draw) => ({ headers: [...headers, ...draw.pick(lists)] });
const named = (name: string, values: readonly string[]): readonly (readonly [string, string])[][] =>
  values.map((value) => [[name, value]]);

/** What is done to heads, by what it is called where a failure is told. */
const CHANGES: Readonly<Record<string, Change>> = {
  method: (_, draw) => ({
    method: draw.pick([
      "TRACE",
      "CONNECT",
      "PROPFIND",
      "PATCH",
      "PUT",
      "DELETE",
      "OPTIONS",
      "HEAD",
      "get",
      "FOO",
      "PRI",
      "QUERY",
    ]),
  }),
  path: ({ path }, draw) => ({
    path: draw.pick([
      "*",
      "//evil.test/a",
      `http://evil.test${path}`,
      `http://[::1${path}`,
      "http://",
      `${path}?${"a=1&".repeat(3_000)}`,
      `${path}/${"a/".repeat(3_000)}`,
      `${path}%00`,
      `${path}#fragment`,
      `${path}?%`,
      `${path}\\..\\`,
      `${path}\u00ff`,
      "",
      "a",
    ]),
  }),
  version: (_, draw) => ({
    version: draw.pick(["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "http/1.1", "", "SPDY"]),
  }),
  host: ({ headers }, draw) => ({
    headers: [
      ...headers.filter(([name]) => name !== "host"),
      ...draw.pick([
        [],
        ...named("host", [
          "",
          "evil.test",
          "a b",
          "[::1",
          "127.0.0.1:99999",
          "127.0.0.1@evil.test",
          "\u00ff",
          "a".repeat(1_000),
          "?",
          "#",
        ]),
        [
          ["host", "127.0.0.1"],
          ["host", "evil.test"],
        ] as const,
      ]),
    ],
  }),
  "content type": ({ headers }, draw) => ({
    headers: [
      ...headers.filter(([name]) => name !== "content-type"),
      [
        "content-type",
        draw.pick([
          "",
          "text/plain",
          "application/json; charset=utf-16",
          "application/json;",
          "multipart/form-data",
          ";;;",
          "\u00ff",
        ]),
      ],
    ],
  }),
  origin: more(
    ...named("origin", ["null", "http://evil.test", "http://", "file://", "\u00ff", "http://127.0.0.1:1"]),
  ),
  authorization: more(
    ...named("authorization", [
      "Bearer",
      "Bearer  ",
      "Basic !!!",
      `Bearer ${"x".repeat(5_000)}`,
      "Bearer \u00ff",
      "bearer a,b",
    ]),
  ),
  conditions: more(
    ...named("if-none-match", ['"', "*", "W/", `${'"a",'.repeat(1_000)}`]),
    ...named("accept", [
      "*/*;q=2",
      "application/x-ndjson",
      "text/event-stream",
      ";",
      `${"a/b,".repeat(2_000)}`,
    ]),
    ...named("accept-encoding", ["gzip;q=0", "gzip;q=x", "br", "*", ","]),
    ...named("last-event-id", ["", "0", "WyJhIl0", "\u00ff", "9".repeat(100)]),
    ...named("traceparent", ["00-0-0-0", "\u00ff"]),
    ...named("range", ["bytes=0-,-1", "bytes=9-1"]),
    ...named("cookie", ["=", "a=b; a=c", "agent-actions-session=%"]),
  ),
  size: more(
    Array.from({ length: 2_500 }, (_, at) => [`x-${at}`, "a"] as const),
    [["x-long", "a".repeat(40_000)]],
  ),
  connection: more(
    ...named("expect", ["100-continue", "200-maybe"]),
    [
      ["connection", "upgrade"],
      ["upgrade", "websocket"],
      ["sec-websocket-key", "AAAA"],
    ],
    [
      ["connection", "Upgrade, HTTP2-Settings"],
      ["upgrade", "h2c"],
      ["http2-settings", "AAMAAABkAAQAAP__"],
    ],
    ...named("te", ["trailers", "\u00ff"]),
    ...named("trailer", ["content-length"]),
  ),
  framing: more(
    ...named("content-length", ["0", "1", "-1", "99999999999999999999", "1e3", "5, 6", ""]),
    ...named("transfer-encoding", ["chunked", "gzip, chunked", "xchunked", "identity", "chunked, identity"]),
  ),
  names: more(
    [["", "a"]],
    [["a b", "c"]],
    [["x\u0000", "a"]],
    [
      ["__proto__", "a"],
      ["constructor", "b"],
      ["toString", "c"],
    ],
    [["x-a", "b\u0000c"]],
    [["x-a", "b\rc"]],
  ),
};

export interface WrittenRequest {
  readonly pieces: readonly Buffer[];
  /** What was done to it, for a sentence. */
  readonly what: string;
  readonly isChanged: boolean;
}

/** The bytes of a request; every fourth has a head that nobody should send. */
export function headOf({ method, path, headers, body }: RequestParts, draw: Draw): WrittenRequest {
  const isChunked = draw.chance(0.2);
  let head: Head = {
    method,
    path,
    version: "HTTP/1.1",
    headers: [
      ["host", "127.0.0.1"],
      ["connection", "close"],
      ...headers,
      ...(isChunked
        ? [["transfer-encoding", "chunked"] as const]
        : body.length > 0
          ? [["content-length", String(body.length)] as const]
          : []),
    ],
  };
  let what = isChunked ? ", chunked" : "";
  const isChanged = draw.chance(0.25);
  if (isChanged) {
    const name = draw.pick(Object.keys(CHANGES));
    head = { ...head, ...CHANGES[name]?.(head, draw) };
    what += `, other ${name}`;
  }
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  // One byte a character: what is no ASCII comes as it is here.
  const begin = Buffer.from(`${head.method} ${head.path} ${head.version}\r\n${lines}\r\n`, "latin1");
  return { pieces: [begin, ...(isChunked ? chunks(body, draw, isChanged) : [body])], what, isChanged };
}

function chunks(body: Buffer, draw: Draw, mayBreak: boolean): Buffer[] {
  const size = Math.max(1, Math.ceil(body.length / (1 + draw.below(4))));
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    const length =
      mayBreak && draw.chance(0.1)
        ? draw.pick(["zz", "-1", "ffffffffffffffff", "0"])
        : part.length.toString(16);
    parts.push(Buffer.from(`${length}\r\n`), part, Buffer.from("\r\n"));
  }
  return [...parts, Buffer.from("0\r\n\r\n")];
}
