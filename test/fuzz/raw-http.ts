import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Bytes of a request, in the pieces in which they are sent. */
export interface RawRequest {
  readonly pieces: readonly Buffer[];
  /** Between two pieces. */
  readonly pauseMillis: number;
  /** `stay`: waits for the response; `half`: says that nothing more comes; `reset`: breaks the connection off. */
  readonly end: "stay" | "half" | "reset";
}

export interface RawResponse {
  /** `undefined`: the connection ended without one. */
  readonly status: number | undefined;
  readonly head: string;
  /** Its beginning, as far as it is looked at. */
  readonly body: string;
  /** What the connection ended with, where that was an error. */
  readonly code?: string | undefined;
}

const MAX_KEPT = 262_144;

/** Sends bytes as they are. @throws where nothing comes for so long */
export function sendRaw(
  url: URL,
  { pieces, pauseMillis, end }: RawRequest,
  millis: number,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, allowHalfOpen: true });
    const received: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no response within ${millis} ms`));
    }, millis);
    const finish = (error?: NodeJS.ErrnoException | boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({
        ...responseOf(Buffer.concat(received)),
        code: typeof error === "object" ? error.code : undefined,
      });
    };
    socket.on("data", (bytes: Buffer) => {
      if (length < MAX_KEPT) received.push(bytes);
      length += bytes.length;
      const { status, head } = responseOf(Buffer.concat(received.slice(0, 1)));
      // A stream ends with its reader only.
      if (status !== undefined && /^content-type: text\/event-stream/im.test(head)) finish();
    });
    socket.on("end", () => finish());
    socket.on("close", () => finish());
    // Refused, reset or closed while it was written to: what came until then is the response.
    socket.on("error", finish);
    socket.on("connect", async () => {
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) await sleep(pauseMillis);
        if (!socket.writable) return;
        socket.write(piece);
      }
      if (end === "half") socket.end();
      if (end === "reset") {
        socket.resetAndDestroy();
        finish();
      }
    });
  });
}

const TRIES = 3;

/**
 * As {@link sendRaw}, and once more where the connection broke while it was written to. A service may respond before it has the whole request;
 * who still writes then hears of the closed connection, and Node throws away what had come.
 */
export async function sendUntilHeard(url: URL, request: RawRequest, millis: number): Promise<RawResponse> {
  for (let left = TRIES - 1; ; left--) {
    const response = await sendRaw(url, request, millis);
    const isBroken = response.code === "EPIPE" || response.code === "ECONNRESET";
    if (response.status !== undefined || !isBroken || request.end !== "stay" || left === 0) return response;
  }
}

function responseOf(bytes: Buffer): RawResponse {
  let text = bytes.toString("latin1");
  // Continue, and other responses that another one follows.
  while (/^HTTP\/1\.1 1\d\d/.test(text) && text.includes("\r\n\r\n"))
    text = text.slice(text.indexOf("\r\n\r\n") + 4);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const split = text.indexOf("\r\n\r\n");
  if (status === undefined || split < 0) return { status: undefined, head: "", body: "" };
  return { status: Number(status), head: text.slice(0, split), body: text.slice(split + 4) };
}
