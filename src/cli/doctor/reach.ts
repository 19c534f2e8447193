import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import type { BrokerAddress } from "../kafka-admin.js";

export type Reached =
  | { readonly reached: true; readonly millis: number }
  | { readonly reached: false; readonly reason: string };

/** Whether somebody takes a connection at the address. Says nothing to whoever does. */
export function reach({ host, port }: BrokerAddress, timeoutMillis: number): Promise<Reached> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMillis });
    const settle = (reached: Reached): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once("connect", () => settle({ reached: true, millis: performance.now() - began }));
    socket.once("timeout", () => settle({ reached: false, reason: `no answer in ${timeoutMillis} ms` }));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle({ reached: false, reason: reasonOf(error) }),
    );
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name cannot be looked up",
  EHOSTUNREACH: "no way to that host",
  ENETUNREACH: "no way to that network",
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === undefined ? message : `${REASONS[code] ?? message} (${code})`;
}
