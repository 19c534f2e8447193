/** Annotations of Grafana: https://grafana.com/docs/grafana/latest/developers/http_api/annotations */
import type { Secret } from "../../config/secret.js";
import { isPlainObject } from "../../event/json.js";
import { checkedRequest } from "./checked-request.js";
import { type NoticeMessage, plain } from "./message.js";

export interface GrafanaTarget {
  readonly url: Secret;
  readonly token: Secret | undefined;
  readonly allowPrivate: boolean;
}

/** Of one notice one annotation: from its beginning on, and once it is over to its end. Rejects as {@link checkedRequest} does. */
export async function annotate(
  { url, token, allowPrivate }: GrafanaTarget,
  message: NoticeMessage,
): Promise<void> {
  const ask = (method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<string> =>
    checkedRequest({
      url: new URL(path, `${url.reveal().replace(/\/+$/, "")}/`).href,
      method,
      body: body && JSON.stringify(body),
      headers: token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` },
      allowPrivate,
    });
  // Its own tag finds it again: so a message that is repeated makes no second one.
  const own = `notice:${message.notice_id}`;
  const known = idOf(await ask("GET", `api/annotations?${new URLSearchParams({ tags: own, limit: "1" })}`));
  const time = Date.parse(message.began_at);
  const end =
    message.closed_at === null ? undefined : { timeEnd: Math.max(time, Date.parse(message.closed_at)) };
  const text = plain(message.title);
  if (known === undefined)
    await ask("POST", "api/annotations", {
      time,
      ...end,
      text,
      tags: ["agent-actions", message.rule, message.kind, message.severity, own],
    });
  // An end that is the beginning: it goes on, or again.
  else await ask("PATCH", `api/annotations/${known}`, { text, time, timeEnd: end?.timeEnd ?? time });
}

function idOf(body: string): number | undefined {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    throw new Error("it responded with something else than JSON: is this the address of Grafana?");
  }
  if (!Array.isArray(found)) throw new Error("it responded with no list: is this the address of Grafana?");
  const [first] = found as unknown[];
  if (first === undefined) return undefined;
  if (!isPlainObject(first) || typeof first.id !== "number")
    throw new Error("it responded with an annotation that has no id");
  return first.id;
}
