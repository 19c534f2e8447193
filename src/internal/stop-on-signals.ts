/** The part of `process` that this needs. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: (signal: NodeJS.Signals) => void): unknown;
}

const NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGTERM: 15 };

/**
 * The first SIGTERM or SIGINT begins an orderly stop, a second one ends the process at once, with the exit code that
 * shells give to the signal (128 + its number).
 *
 * @returns stops listening
 */
export function stopOnSignals(
  stop: (signal: NodeJS.Signals) => void,
  source: SignalSource = process,
  exit: (code: number) => void = process.exit,
): () => void {
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (asked) exit(128 + (NUMBERS[signal] ?? 0));
    else stop(signal);
    asked = true;
  };
  source.on("SIGTERM", listener);
  source.on("SIGINT", listener);
  return () => {
    source.off("SIGTERM", listener);
    source.off("SIGINT", listener);
  };
}
