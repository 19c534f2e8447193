import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/internal/ports.js";

/**
 * A network between a client and a server that a test can break. `address` stays the same over all of it.
 *
 * The server's answers can be rewritten on the way: Kafka tells its clients where to connect, which would lead them past
 * the proxy, or to wherever the test wants.
 */
export interface TcpProxy {
  readonly address: string;
  /** Ends all connections and refuses new ones. */
  refuse(): Promise<void>;
  /** Ends all connections, and accepts new ones. */
  cut(): void;
  /** Keeps connections and accepts new ones; nothing goes through, in the chosen direction or in both. */
  stall(direction?: "to server" | "to client"): void;
  /** Every piece arrives so much later, and no more than so many bytes a second get through, each way of each connection. */
  slow(delayMillis: number, bytesPerSecond: number): void;
  /** New connections lead to this server; those that are open are ended. */
  lead(target: string): void;
  /** The server's answers name this address instead of the proxy's own, for whoever asks from now on. */
  misdirect(address: string): void;
  /** Everything goes through again, also what was held back. */
  heal(): Promise<void>;
  /** How many connections were accepted so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

export type Rewrite = (bytes: Buffer) => Buffer;

export async function startTcpProxy(target: string, rewrite?: (named: string) => Rewrite): Promise<TcpProxy> {
  const proxy = new Proxied(target, `127.0.0.1:${await freePort()}`, rewrite);
  await proxy.heal();
  return proxy;
}

/** Every place in a broker's answers that names one address names the other instead, which has to be of the same length. */
export function advertising(from: string, to: string): Rewrite {
  const [old, fresh] = [addressBytes(from), addressBytes(to)];
  if (old.length !== fresh.length) throw new Error("the hosts have to have the same length");
  return (bytes) => {
    for (let at = bytes.indexOf(old); at >= 0; at = bytes.indexOf(old, at + 1)) fresh.copy(bytes, at);
    return bytes;
  };
}

// As Kafka's protocol writes them in its metadata: the host's bytes, then the port in 32 bits.
function addressBytes(address: string): Buffer {
  const [host = "", port] = address.split(":");
  const bytes = Buffer.alloc(host.length + 4);
  bytes.write(host);
  bytes.writeInt32BE(Number(port), host.length);
  return bytes;
}

class Proxied implements TcpProxy {
  readonly address: string;
  accepted = 0;
  #target: string;
  readonly #rewriteTo: ((named: string) => Rewrite) | undefined;
  #rewrite: Rewrite;
  #slow: { readonly delayMillis: number; readonly bytesPerSecond: number } | undefined;
  readonly #pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  #server: Server | undefined;
  #stalled: ReadonlySet<"to server" | "to client"> = new Set();

  constructor(target: string, address: string, rewrite: ((own: string) => Rewrite) | undefined) {
    this.#target = target;
    this.address = address;
    this.#rewriteTo = rewrite;
    this.#rewrite = rewrite?.(address) ?? ((bytes) => bytes);
  }

  slow(delayMillis: number, bytesPerSecond: number): void {
    this.#slow = { delayMillis, bytesPerSecond };
  }

  lead(target: string): void {
    this.#target = target;
    this.cut();
  }

  misdirect(address: string): void {
    this.#rewrite = this.#rewriteTo?.(address) ?? this.#rewrite;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  stall(direction?: "to server" | "to client"): void {
    this.#stalled = new Set(direction ? [direction] : ["to server", "to client"]);
    for (const pair of this.#pairs) this.#applyStall(pair);
  }

  async heal(): Promise<void> {
    this.#stalled = new Set();
    this.#slow = undefined;
    this.misdirect(this.address);
    for (const pair of this.#pairs) this.#applyStall(pair);
    if (this.#server) return;
    this.#server = createServer((client) => this.#accept(client));
    const [host, port] = this.address.split(":");
    this.#server.listen(Number(port), host);
    await once(this.#server, "listening");
  }

  close(): Promise<void> {
    return this.refuse();
  }

  #accept(client: Socket): void {
    this.accepted++;
    const [host, port] = this.#target.split(":");
    const upstream = connect(Number(port), host);
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    const [toServer, toClient] = [this.#wayTo(upstream), this.#wayTo(client)];
    client.on("data", toServer);
    upstream.on("data", (bytes) => toClient(this.#rewrite(Buffer.from(bytes))));
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    this.#applyStall(pair);
  }

  /** Keeps the order of what goes this way, also where the way becomes fast again. */
  #wayTo(socket: Socket): (bytes: Buffer) => void {
    let free = 0;
    let waiting = 0;
    let before: Promise<unknown> = Promise.resolve();
    return (bytes) => {
      const slow = this.#slow;
      if (slow === undefined && waiting === 0) return void socket.write(bytes);
      free =
        Math.max(free, performance.now()) +
        (slow === undefined ? 0 : (bytes.length * 1_000) / slow.bytesPerSecond);
      const due = free + (slow?.delayMillis ?? 0);
      waiting += 1;
      before = before.then(async () => {
        await sleep(Math.max(due - performance.now(), 0));
        waiting -= 1;
        if (!socket.destroyed) socket.write(bytes);
      });
    };
  }

  #applyStall([client, upstream]: readonly [Socket, Socket]): void {
    if (this.#stalled.has("to server")) client.pause();
    else client.resume();
    if (this.#stalled.has("to client")) upstream.pause();
    else upstream.resume();
  }
}
