import { useEffect, useState } from "preact/hooks";
import { RequestFailure } from "../api.js";
import { signIns } from "../parts/sign-in.js";
import { startWorker } from "../start-worker.js";
import type { CompareMessage, CompareRequest, ComparisonReport } from "./protocol.js";

export interface Comparison {
  readonly report?: ComparisonReport;
  /** What the runs are about. */
  readonly names?: readonly [string, string];
  /** Actions that are read so far. */
  readonly read: number;
  readonly failure?: RequestFailure;
}

export interface RepeatableComparison extends Comparison {
  /** Compares once more. */
  readonly retry: () => void;
}

/** Compares two runs in a worker; `undefined` compares nothing. */
export function useComparison(request: CompareRequest | undefined): RepeatableComparison {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<Comparison>({ read: 0 });
  const { a, b, exact } = request ?? { a: "", b: "", exact: false };
  useEffect(() => {
    setState({ read: 0 });
    if (a === "" || b === "") return;
    const worker = startWorker("compare-worker");
    worker.onmessage = ({ data }: MessageEvent<CompareMessage>) => {
      if (data.is === "progress") setState((before) => ({ ...before, read: data.actions }));
      else if (data.is === "done")
        setState((before) => ({ ...before, report: data.report, names: data.names }));
      else setState({ read: 0, failure: new RequestFailure(data.status, data.message) });
    };
    worker.onerror = () =>
      setState({ read: 0, failure: new RequestFailure(0, "The worker that compares could not be started.") });
    worker.postMessage({ a, b, exact } satisfies CompareRequest);
    return () => worker.terminate();
  }, [a, b, exact, attempt, signIns.value]);
  return { ...state, retry: () => setAttempt((before) => before + 1) };
}
