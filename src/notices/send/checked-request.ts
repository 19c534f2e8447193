/**
 * Requests to an address that somebody wrote into a file, and that a name server may turn into any other one. The name is resolved, every address is
 * checked, and the connection goes to the address that was checked; redirects are not followed. One time limit holds for all of it.
 */
import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { addressKind } from "./address-kind.js";

export interface CheckedRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "PATCH";
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
  /** Milliseconds for the name, the connection and the response together. */
  readonly timeoutMillis?: number | undefined;
  /** Resolves names; of tests. @default the system's resolver */
  readonly resolve?: Resolve | undefined;
}

type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const TIMEOUT_MILLIS = 10_000;
const MAX_RESPONSE_BYTES = 65_536;
const LATE = "it did not respond in time";

/** Resolves with a 2xx: of GET with its body, else with an empty text. Rejects with a reason that does not show the URL, which may hold a secret. */
export async function checkedRequest({
  url,
  method,
  body,
  headers = {},
  allowPrivate,
  timeoutMillis = TIMEOUT_MILLIS,
  resolve: resolveName = systemResolver,
}: CheckedRequest): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMillis);
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const address = await before(signal, checkedAddress(host, allowPrivate, resolveName));
  const request = target.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise<string>((resolve, reject) => {
    const sent = request(
      target,
      {
        method,
        // Whatever the name resolves to by now, it is this address.
        lookup: (_, options, callback) => {
          if (options.all) callback(null, [address]);
          else callback(null, address.address, address.family);
        },
        agent: false,
        headers: {
          ...(body === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
          "user-agent": "agent-actions",
          ...headers,
        },
        signal,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const { statusCode: status = 0 } = response;
        const isGood = status >= 200 && status < 300;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_RESPONSE_BYTES) response.destroy();
          else chunks.push(chunk);
        });
        response.on("error", () => undefined);
        // What was acknowledged is, whatever becomes of the rest of the response; only what was asked for has to be there whole.
        if (isGood && method !== "GET") resolve("");
        response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        response.on("close", () => {
          if (!response.complete) reject(new Error("its response is not whole, or too long"));
        });
        if (status >= 300 && status < 400)
          reject(
            new Error(
              `it responded with a redirect (${status}), which is not followed: name the address that it leads to`,
            ),
          );
        else if (!isGood) reject(new Error(`it responded with ${status}`));
      },
    );
    sent.on("error", (error) =>
      reject(new Error(isLate(error) ? LATE : `it cannot be reached: ${codeOf(error)}`)),
    );
    sent.end(body);
  });
}

const isLate = ({ name }: Error): boolean => name === "AbortError" || name === "TimeoutError";
const codeOf = (error: Error & { readonly code?: string }): string => error.code ?? error.name;

const systemResolver: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** A name server that does not respond holds nobody up: the system's resolver has no time limit that can be set. */
async function before<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  let stop = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(new Error(LATE));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** An address of the name. Throws when one of them is not public, unless private ones are allowed. */
async function checkedAddress(
  host: string,
  allowPrivate: boolean,
  resolve: Resolve,
): Promise<{ readonly address: string; readonly family: 4 | 6 }> {
  const found =
    isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host, family: isIP(host) }];
  const [first] = found;
  if (first === undefined) throw new Error("its name cannot be resolved");
  for (const { address } of found) {
    const kind = addressKind(address);
    if (kind === "forbidden") throw new Error("its name leads to an address that nothing may be sent to");
    if (kind === "private" && !allowPrivate)
      throw new Error(
        "its name leads to an address of a private network: allowPrivate: true in alerts.yaml allows that",
      );
  }
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}
