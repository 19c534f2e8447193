import { useEffect, useRef, useState } from "preact/hooks";
import { getJson, RequestFailure } from "./api.js";
import { type FileSource, useFileSource } from "./file-source.js";
import { signIns } from "./parts/sign-in.js";

/** What was asked for, as far as it is known. The last value stays while a new one is on its way. */
export interface Resource<Value> {
  readonly value: Value | undefined;
  readonly failure: RequestFailure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** From the file that is shown, or from the service. */
const readFrom = <Value>(file: FileSource | undefined, path: string, signal?: AbortSignal): Promise<Value> =>
  file ? (file.read(path) as Promise<Value>) : getJson<Value>(path, signal);

const RETRY_MILLIS = 5_000;

/** GETs a path of the API as JSON; `undefined` asks for nothing. A service that is away is asked again until it is back. */
export function useResource<Value>(path: string | undefined): Resource<Value> {
  const [state, setState] = useState<{ path?: string | undefined; value?: Value; failure?: RequestFailure }>(
    {},
  );
  const [round, setRound] = useState(0);
  const asked = useRef<string>(undefined);
  const file = useFileSource();

  useEffect(() => {
    if (path === undefined) return setState({});
    // Another list: what is shown of the one before would be wrong.
    if (asked.current !== undefined && asked.current.split("?")[0] !== path.split("?")[0]) setState({});
    asked.current = path;
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    readFrom<Value>(file, path, abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ path, value });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const failure = error instanceof RequestFailure ? error : new RequestFailure(0, String(error));
        setState((before) => ({ ...before, path, failure }));
        if (failure.status === 0 || failure.status >= 500)
          retry = setTimeout(() => setRound((before) => before + 1), RETRY_MILLIS);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(retry);
    };
  }, [path, round, signIns.value, file]);

  return {
    value: state.value,
    failure: state.failure,
    isLoading: path !== undefined && state.path !== path,
    reload: () => setRound((before) => before + 1),
  };
}

/** The rows of a list, page by page. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly failure: RequestFailure | undefined;
  readonly isLoading: boolean;
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

/** @param path of the first page, with its query; `undefined` asks for nothing */
export function useRows<Row>(path: string | undefined): Rows<Row> {
  const file = useFileSource();
  const first = useResource<{ data: readonly Row[]; next: string | null }>(path);
  const [rest, setRest] = useState<{ of: unknown; rows: readonly Row[]; next: string | null }>();
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<RequestFailure>();
  const known = rest !== undefined && rest.of === first.value ? rest : undefined;
  const next = known ? known.next : (first.value?.next ?? null);

  const more = async () => {
    if (next === null || isReading || path === undefined) return;
    setReading(true);
    try {
      const url = new URL(path, window.location.origin);
      url.searchParams.set("cursor", next);
      const page = await readFrom<{ data: readonly Row[]; next: string | null }>(
        file,
        `${url.pathname}${url.search}`,
      );
      setRest({ of: first.value, rows: [...(known?.rows ?? []), ...page.data], next: page.next });
      setFailure(undefined);
    } catch (error) {
      setFailure(error instanceof RequestFailure ? error : new RequestFailure(0, String(error)));
    } finally {
      setReading(false);
    }
  };
  const rows = known ? [...(first.value?.data ?? []), ...known.rows] : (first.value?.data ?? []);
  // A search that has found nothing yet: each page looks further back for a moment.
  const isSearching = rows.length === 0 && next !== null && failure === undefined;
  useEffect(() => {
    if (isSearching && !isReading) void more();
  }, [isSearching, isReading, next]);
  return {
    rows,
    failure: first.failure ?? failure,
    isLoading: first.isLoading || isReading || isSearching,
    more: next === null ? undefined : () => void more(),
    reload: first.reload,
  };
}

/** So often a list is read again while its rows change. */
const REFRESH_MILLIS = 2_000;

/** Reads a list again at once, and then at most every two seconds; the last call is never lost. */
export function useRefresh(reload: () => void): () => void {
  const state = useRef({ last: 0, timer: 0, reload });
  state.current.reload = reload;
  useEffect(() => () => clearTimeout(state.current.timer), []);
  return () => {
    const { last, timer } = state.current;
    if (timer !== 0) return;
    const wait = Math.max(0, last + REFRESH_MILLIS - Date.now());
    state.current.timer = window.setTimeout(() => {
      state.current.timer = 0;
      state.current.last = Date.now();
      state.current.reload();
    }, wait);
  };
}
