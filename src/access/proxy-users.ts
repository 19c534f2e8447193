/** Users whom a proxy in front of the service has let in: it names them in a header, which counts from its own addresses only. */
import { BlockList, isIP } from "node:net";
import type { AccessScope } from "../config/access-scope.js";
import { AccessRefusal } from "./refusal.js";

export interface ProxyUsersOptions {
  /** Header that names the user. */
  readonly header: string;
  /** Addresses of the proxy: single ones, or networks such as `10.0.0.0/8`. */
  readonly addresses: readonly string[];
  /** Who may write; `*` for everybody. */
  readonly writers: readonly string[];
}

export interface ProxyUser {
  readonly name: string;
  readonly scopes: readonly AccessScope[];
}

/** No comma: it stands between the values of a header that came twice, one of which somebody else may have sent. */
const USER = /^[^\p{Cc},]{1,200}$/u;

export class ProxyUsers {
  readonly #options: ProxyUsersOptions;
  readonly #proxies: BlockList;

  constructor(options: ProxyUsersOptions) {
    this.#options = options;
    this.#proxies = blockListOf(options.addresses);
  }

  /** Whether a request with this address of its sender came by the proxy. */
  isProxy(peer: string | undefined): boolean {
    const address = peer?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
    const version = isIP(address);
    return version !== 0 && this.#proxies.check(address, version === 6 ? "ipv6" : "ipv4");
  }

  /** Who sits behind the proxy. Throws {@link AccessRefusal} where it does not say, or not clearly. */
  userOf(headers: Headers): ProxyUser {
    const { header, writers } = this.#options;
    const name = headers.get(header)?.trim() ?? "";
    if (name === "")
      throw new AccessRefusal(401, `The proxy does not say who asks: it has to set the header ${header}.`);
    if (!USER.test(name))
      throw new AccessRefusal(
        401,
        `The header ${header} has to be one name of at most 200 characters without commas, which the proxy sets in the place of what it was sent.`,
      );
    const mayWrite = writers.includes("*") || writers.includes(name);
    return { name: `user:${name}`, scopes: mayWrite ? ["read", "write"] : ["read"] };
  }
}

function blockListOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [address = "", length] = text.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return list;
}
