import { API_PATH } from "../../api/api-path.js";
import type { ApiConnection } from "../../api/in-process.js";
import { unavailable } from "../framework/exit-codes.js";

/**
 * The API of a running service.
 *
 * @param base address of the service
 * @param token sent with every request, and to no other address: redirects are not followed
 */
export function connectOverHttp(base: URL, token: string | undefined): ApiConnection {
  const address = base.href.replace(/\/+$/, "");
  return {
    target: address,
    async send(path, init = {}) {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
      try {
        return await fetch(`${address}${API_PATH}${path}`, { ...init, headers, redirect: "manual" });
      } catch (error) {
        throw unavailable(`${address} does not respond`, causeOf(error));
      }
    },
    close: async () => undefined,
  };
}

/** `fetch` says only that it failed; why is in the cause. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? error.cause : error;
