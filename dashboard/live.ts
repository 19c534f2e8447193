/** Changes of the tables as they happen, from `GET /api/v1/stream`: server-sent events that resume where they broke off. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { apiPath } from "./api.js";
import { signIns } from "./parts/sign-in.js";

export type Connection = "connecting" | "live" | "away";

/** How the streams of this page stand. */
export const connection = signal<Connection>("connecting");

/** What an event of the stream tells. */
export interface StreamChanges<Row> {
  /** New ones, and those that have changed, as they stand now. */
  readonly actions: readonly Row[];
  /** Ids of those that were there, and do not fit any more. */
  readonly gone: readonly string[];
}

interface StreamHandlers<Row> {
  /** In the order of commits. */
  readonly onChanges: (changes: StreamChanges<Row>) => void;
  /** Something may have been missed: read the list anew. Called once too when the stream begins, for what came while it did. */
  readonly onReload: () => void;
}

/** Follows a stream while the component is shown. `undefined` follows nothing. */
export function useStream<Row>(
  parameters: Readonly<Record<string, string | null>> | undefined,
  handlers: StreamHandlers<Row>,
): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  const path = parameters === undefined ? undefined : apiPath("/stream", parameters);
  useEffect(() => {
    if (path === undefined) return;
    const source = new EventSource(path);
    connection.value = "connecting";
    source.addEventListener("open", () => {
      connection.value = "live";
    });
    // The browser connects again by itself, with the id of the last event that it has seen.
    source.addEventListener("error", () => {
      connection.value = "away";
    });
    source.addEventListener("actions", (event: MessageEvent<string>) => {
      latest.current.onChanges(JSON.parse(event.data) as StreamChanges<Row>);
    });
    source.addEventListener("ready", () => latest.current.onReload());
    source.addEventListener("reload", () => latest.current.onReload());
    return () => source.close();
  }, [path, signIns.value]);
}
