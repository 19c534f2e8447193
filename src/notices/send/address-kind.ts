/** Whether something may be sent to an address that a name leads to. https://www.iana.org/assignments/iana-ipv6-special-registry */
import { BlockList, isIP } from "node:net";

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
  // Teredo, and translation of IPv4 within a network (RFC 8215): where it leads, the address does not say.
  ["2001::", 32],
  ["64:ff9b:1::", 48],
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

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056) and ISATAP (RFC 5214). */
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
  if (leads(0, 0, 0, 0, 0xffff, 0)) return v4(at(6), at(7));
  if ((at(4) & ~0x200) === 0 && at(5) === 0x5efe) return v4(at(6), at(7));
  return at(0) === 0x2002 ? v4(at(1), at(2)) : undefined;
}
