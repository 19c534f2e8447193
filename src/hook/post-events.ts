import type { HookEvent } from "./payloads/hook-event.js";

export interface Service {
  /** Address of the service, without a path. */
  readonly url: URL;
  readonly token: string | undefined;
  /** How long it is waited for, from connecting to the response. */
  readonly timeoutMillis: number;
}

/** What became of events: taken, refused for what they say themselves, or to be sent again. */
export type Posted = "taken" | "refused" | "unreachable";

/** 400 and 413 are about the events. All else can pass: a token that is missing, an intake that is not switched on. */
const REFUSALS = new Set([400, 413]);

/** Sends events to `POST /v1/actions`. Never rejects. */
export async function postEvents(
  events: readonly HookEvent[],
  { url, token, timeoutMillis }: Service,
): Promise<Posted> {
  // `fetch` costs three times as much to load.
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const body = Buffer.from(events.map((event) => JSON.stringify(event)).join("\n"), "utf8");
  return new Promise((resolve) => {
    const outgoing = request(
      new URL("/v1/actions", url),
      {
        method: "POST",
        agent: false,
        headers: {
          "content-type": "application/x-ndjson",
          "content-length": body.length,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        done(status === 200 ? "taken" : REFUSALS.has(status) ? "refused" : "unreachable");
      },
    );
    const timer = setTimeout(() => done("unreachable"), timeoutMillis);
    outgoing.on("error", () => done("unreachable"));
    outgoing.end(body);

    function done(posted: Posted): void {
      clearTimeout(timer);
      resolve(posted);
      outgoing.destroy();
    }
  });
}
