import { promisify } from "node:util";
import { gunzip } from "node:zlib";

export type BodyReading =
  | { readonly ok: true; readonly bytes: Buffer }
  | {
      readonly ok: false;
      readonly because: "too_large" | "malformed" | "unsupported" | "timeout" | "busy";
      readonly problem: string;
    };

export interface ReceiveLimits {
  readonly maxBodyBytes: number;
  /** How long the whole body may take to arrive. */
  readonly bodyTimeoutMillis: number;
  /** Called with the number of bytes that are held from now on; `false` when there is no room for them. */
  readonly hold: (bytes: number) => boolean;
}

const gunzipped = promisify(gunzip);

/**
 * Every chunk is a turn of the thread pool and one of the event loop. With Node's own 16 kB a body of 20 MB would be 1,280 turns, and a minute on a
 * machine where each waits its turn.
 */
const CHUNK_BYTES = 262_144;

/**
 * The body of a request as it comes over the network. Holds no more than the limits in memory: it stops reading as soon as one is
 * passed, whatever the headers said.
 *
 * @throws what the connection throws when the sender breaks off
 */
export async function receiveBody(request: Request, limits: ReceiveLimits): Promise<BodyReading> {
  const { maxBodyBytes, bodyTimeoutMillis, hold } = limits;
  const beyond = () => tooLarge(`the body has more than ${maxBodyBytes} bytes`);
  if (!["identity", "", "gzip", "x-gzip"].includes(contentEncoding(request)))
    return { ok: false, because: "unsupported", problem: "content-encoding has to be gzip, or absent" };
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) return beyond();
  if (request.body === null) return { ok: true, bytes: Buffer.alloc(0) };
  const reader = request.body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, bodyTimeoutMillis, undefined);
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late]);
      if (next === undefined)
        return {
          ok: false,
          because: "timeout",
          problem: `the body did not arrive within ${bodyTimeoutMillis} ms`,
        };
      if (next.done) return { ok: true, bytes: Buffer.concat(parts) };
      length += next.value.length;
      if (length > maxBodyBytes) return beyond();
      if (!hold(next.value.length))
        return { ok: false, because: "busy", problem: "too many requests are received" };
      parts.push(next.value);
    }
  } finally {
    clearTimeout(timer);
    // Nothing to do after the end; before it, the response tells the sender.
    reader.cancel().catch(() => undefined);
  }
}

/** The received body, decompressed; stops as soon as it is larger than it may be. */
export async function decodeBody(
  request: Request,
  raw: Buffer,
  maxDecodedBytes: number,
): Promise<BodyReading> {
  if (contentEncoding(request).endsWith("gzip")) return decompressed(raw, maxDecodedBytes);
  return raw.length > maxDecodedBytes ? tooLarge(sizeProblem({ maxDecodedBytes })) : { ok: true, bytes: raw };
}

const contentEncoding = ({ headers }: Request): string =>
  headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";

async function decompressed(raw: Buffer, maxOutputLength: number): Promise<BodyReading> {
  try {
    return { ok: true, bytes: await gunzipped(raw, { maxOutputLength, chunkSize: CHUNK_BYTES }) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(sizeProblem({ maxDecodedBytes: maxOutputLength }));
    return { ok: false, because: "malformed", problem: "the body is not gzip, as content-encoding says" };
  }
}

const sizeProblem = ({ maxDecodedBytes }: { readonly maxDecodedBytes: number }): string =>
  `the body has more than ${maxDecodedBytes} bytes when it is decompressed`;

const tooLarge = (problem: string): BodyReading => ({ ok: false, because: "too_large", problem });
