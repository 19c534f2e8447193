import { promisify } from "node:util";
import { gunzip } from "node:zlib";

export type BodyReading =
  | { readonly ok: true; readonly bytes: Buffer }
  | {
      readonly ok: false;
      readonly because: "too_large" | "malformed" | "unsupported";
      readonly problem: string;
    };

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxDecodedBytes: number;
}

const gunzipped = promisify(gunzip);

/**
 * The body of a request, decompressed. Holds no more than the limits in memory: it stops reading, and decompressing, as
 * soon as one is passed, whatever the headers said.
 *
 * @throws what the connection throws when the sender breaks off
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<BodyReading> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (!["identity", "", "gzip", "x-gzip"].includes(encoding))
    return { ok: false, because: "unsupported", problem: "content-encoding has to be gzip, or absent" };
  const raw = await readRaw(request, limits.maxBodyBytes);
  if (raw === undefined) return tooLarge(`the body has more than ${limits.maxBodyBytes} bytes`);
  if (encoding.endsWith("gzip")) return decompressed(raw, limits.maxDecodedBytes);
  return raw.length > limits.maxDecodedBytes ? tooLarge(sizeProblem(limits)) : { ok: true, bytes: raw };
}

async function readRaw(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function decompressed(raw: Buffer, maxOutputLength: number): Promise<BodyReading> {
  try {
    return { ok: true, bytes: await gunzipped(raw, { maxOutputLength }) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(sizeProblem({ maxDecodedBytes: maxOutputLength }));
    return { ok: false, because: "malformed", problem: "the body is not gzip, as content-encoding says" };
  }
}

const sizeProblem = ({ maxDecodedBytes }: Pick<BodyLimits, "maxDecodedBytes">): string =>
  `the body has more than ${maxDecodedBytes} bytes when it is decompressed`;

const tooLarge = (problem: string): BodyReading => ({ ok: false, because: "too_large", problem });
