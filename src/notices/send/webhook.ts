/**
 * Posts to an address that somebody wrote into a file, and that a name server may turn into any other one. The name is resolved, every address is
 * checked, and the connection goes to the address that was checked; redirects are not followed.
 */
import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP } from "node:net";

export interface WebhookRequest {
  readonly url: string;
  readonly body: string;
  /** `Idempotency-Key`. */
  readonly id: string;
  readonly allowPrivate: boolean;
  readonly timeoutMillis?: number;
}

const TIMEOUT_MILLIS = 10_000;
const MAX_RESPONSE_BYTES = 65_536;

/** Resolves when the server has acknowledged with a 2xx. Rejects with a reason that does not show the URL, which may hold a secret. */
export async function postWebhook({
  url,
  body,
  id,
  allowPrivate,
  timeoutMillis = TIMEOUT_MILLIS,
}: WebhookRequest): Promise<void> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const address = await checkedAddress(host, allowPrivate);
  const request = target.protocol === "https:" ? requestHttps : requestHttp;
  await new Promise<void>((resolve, reject) => {
    const sent = request(
      target,
      {
        method: "POST",
        // Whatever the name resolves to by now, it is this address.
        lookup: (_, options, callback) => {
          if (options.all) callback(null, [address]);
          else callback(null, address.address, address.family);
        },
        agent: false,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "idempotency-key": id,
          "user-agent": "agent-actions",
        },
        signal: AbortSignal.timeout(timeoutMillis),
      },
      (response) => {
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_RESPONSE_BYTES) response.destroy();
        });
        response.on("error", () => undefined);
        const { statusCode: status = 0 } = response;
        if (status >= 200 && status < 300) resolve();
        else if (status >= 300 && status < 400)
          reject(
            new Error(
              `it responded with a redirect (${status}), which is not followed: name the address that it leads to`,
            ),
          );
        else reject(new Error(`it responded with ${status}`));
      },
    );
    sent.on("error", (error) =>
      reject(
        new Error(
          error.name === "AbortError" || error.name === "TimeoutError"
            ? "it did not respond in time"
            : `it cannot be reached: ${codeOf(error)}`,
        ),
      ),
    );
    sent.end(body);
  });
}

const codeOf = (error: Error & { readonly code?: string }): string => error.code ?? error.name;

/** An address of the name. Throws when one of them is not public, unless private ones are allowed. */
async function checkedAddress(
  host: string,
  allowPrivate: boolean,
): Promise<{ readonly address: string; readonly family: 4 | 6 }> {
  const found =
    isIP(host) === 0
      ? await lookup(host, { all: true, verbatim: true }).catch(() => [])
      : [{ address: host, family: isIP(host) }];
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

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ["10.0.0.0", 8],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
] as const)
  PRIVATE.addSubnet(net, prefix, "ipv4");
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");

/** Of no service at all, or of the machine's own: link-local ones are where clouds keep credentials. */
const FORBIDDEN = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  FORBIDDEN.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  ["2001:db8::", 32],
  ["2001::", 32],
  ["fec0::", 10],
] as const)
  FORBIDDEN.addSubnet(net, prefix, "ipv6");

/** Whether something may be sent to an address: everybody's, a private network's, or nobody's. */
export function addressKind(address: string): "public" | "private" | "forbidden" {
  if (isIP(address) === 4) return kindIn(address, "ipv4");
  if (isIP(address) !== 6) return "forbidden";
  const inner = innerAddress(address);
  return inner === undefined ? kindIn(address, "ipv6") : kindIn(inner, "ipv4");
}

const kindIn = (address: string, family: "ipv4" | "ipv6") =>
  FORBIDDEN.check(address, family) ? "forbidden" : PRIVATE.check(address, family) ? "private" : "public";

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 and 6to4. */
function innerAddress(address: string): string | undefined {
  // A URL writes every form of an address in the same way.
  const [head = "", tail = ""] = new URL(`http://[${address.split("%")[0]}]`).hostname
    .slice(1, -1)
    .split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  const groups = (left.length === 8 ? left : [...left, ...zeros, ...right]).map((group) =>
    Number.parseInt(group, 16),
  );
  const at = (index: number): number => groups[index] ?? 0;
  const v4 = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  const leads = (...expected: number[]): boolean => expected.every((group, index) => at(index) === group);
  if (leads(0, 0, 0, 0, 0, 0xffff) || leads(0x64, 0xff9b, 0, 0, 0, 0)) return v4(at(6), at(7));
  if (leads(0, 0, 0, 0, 0, 0) && at(6) !== 0) return v4(at(6), at(7));
  return at(0) === 0x2002 ? v4(at(1), at(2)) : undefined;
}
