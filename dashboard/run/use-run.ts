import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { apiPath, RequestFailure, send } from "../api.js";
import { useStream } from "../live.js";
import { signIns } from "../parts/sign-in.js";
import { RunReader } from "./run-reader.js";
import { RunTree } from "./run-tree.js";

interface LoadedRun {
  readonly tree: RunTree | undefined;
  readonly failure: RequestFailure | undefined;
  readonly reload: () => void;
}

/** A large run is read again at most after so many times what reading it took. */
const REST_FACTOR = 5;
const MIN_REST_MILLIS = 500;

/** The tree of a run, read again when something of it has changed. */
export function useRun(run: string): LoadedRun {
  const [tree, setTree] = useState<RunTree>();
  const [failure, setFailure] = useState<RequestFailure>();
  const [round, setRound] = useState(0);
  const loading = useRef({ etag: "", run: "", isLoading: false, isStale: false, isClosed: false });

  const reader = useMemo(() => new RunReader(), []);
  useEffect(
    () => () => {
      loading.current.isClosed = true;
      reader.end();
    },
    [reader],
  );

  const load = useMemo(
    () => async () => {
      const state = loading.current;
      if (state.isLoading) {
        state.isStale = true;
        return;
      }
      state.isLoading = true;
      const began = performance.now();
      try {
        const headers = state.run === run && state.etag !== "" ? { "if-none-match": state.etag } : undefined;
        const response = await send(apiPath(`/runs/${encodeURIComponent(run)}/skeleton`, { ids: "true" }), {
          cache: "no-store",
          ...(headers && { headers }),
        });
        if (response.status === 304) return;
        const read = new RunTree(await reader.read(await response.blob()));
        state.etag = response.headers.get("etag") ?? "";
        state.run = run;
        setTree(read);
        setFailure(undefined);
        // What has ended is rarely read again.
        if (!read.isRunning || state.isClosed) reader.end();
      } catch (error) {
        setFailure(error instanceof RequestFailure ? error : new RequestFailure(0, String(error)));
        setTimeout(() => setRound((before) => before + 1), 5_000);
      } finally {
        const rest = Math.max(MIN_REST_MILLIS, (performance.now() - began) * REST_FACTOR);
        setTimeout(() => {
          state.isLoading = false;
          if (state.isStale) {
            state.isStale = false;
            void load();
          }
        }, rest);
      }
    },
    [run, reader],
  );

  useEffect(() => {
    void load();
  }, [load, round, signIns.value]);

  useStream(
    { run, content: "ids" },
    {
      onChanges: () => void load(),
      onReload: () => void load(),
    },
  );
  return { tree, failure, reload: () => void load() };
}
