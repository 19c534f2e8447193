/** Changes of the tables as they happen: server-sent events of the API, which resume where they broke off. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiPath, type StreamChanges } from "./api.js";
import { signIns } from "./parts/sign-in.js";

export type Connection = "connecting" | "live" | "away";

const RETRY_MILLIS = 5_000;

/** How the streams of this page stand. */
export const connection = signal<Connection>("connecting");

interface StreamHandlers<Row> {
  /** In the order of commits. */
  readonly onChanges: (changes: StreamChanges<Row>) => void;
  /** Something may have been missed: read the list anew. Called once too when the stream begins, for what came while it did. */
  readonly onReload: () => void;
}

/** Follows the stream of actions while the component is shown. `undefined` follows nothing. */
export function useStream<Row>(
  parameters: Readonly<Record<string, string | null>> | undefined,
  { onChanges, onReload }: StreamHandlers<Row>,
): void {
  const path = parameters === undefined ? undefined : apiPath("/stream", parameters);
  useEvents(path, "actions", (data) => onChanges(JSON.parse(data) as StreamChanges<Row>), onReload);
}

/**
 * Follows a stream of server-sent events while the component is shown.
 *
 * @param path of the API, with its query; `undefined` follows nothing
 * @param name of the events that tell something
 */
export function useEvents(
  path: string | undefined,
  name: string,
  onEvent: (data: string) => void,
  onReload: () => void,
): void {
  const latest = useRef({ onEvent, onReload });
  latest.current = { onEvent, onReload };
  useEffect(() => {
    if (path === undefined) return;
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      source = new EventSource(path);
      const on = (event: string, state: Connection, act?: () => void) =>
        source.addEventListener(event, () => {
          connection.value = state;
          act?.();
        });
      on("open", "live");
      // The browser connects again by itself, with the id of the last event that it has seen.
      on("error", "away", () => {
        if (source.readyState !== EventSource.CLOSED) return;
        // Not after a response that is an error, which the lists of the page get and show too.
        connection.value = "connecting";
        retry = setTimeout(follow, RETRY_MILLIS);
      });
      // The service is there, and Postgres is not: what is shown stays as it was until it is back.
      on("away", "away");
      on("back", "live");
      on("ready", "live", () => latest.current.onReload());
      on("reload", "live", () => latest.current.onReload());
      source.addEventListener(name, ({ data }: MessageEvent<string>) => latest.current.onEvent(data));
    };
    connection.value = "connecting";
    follow();
    return () => {
      clearTimeout(retry);
      source.close();
      connection.value = "connecting";
    };
  }, [path, name, signIns.value]);
}
