import { signalExitCode } from "./exit-codes.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The wish of the user or the system that the command ends. */
export interface Interruption {
  /** Aborted by the first signal. The second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The signal that came; `undefined` while none has. */
  readonly received: NodeJS.Signals | undefined;
  /** Called for every signal, the first one included. */
  onSignal(listener: (signal: NodeJS.Signals) => void): void;
  /** From here on signals end the process as usual. */
  stopListening(): void;
}

/** Takes the signals over: the first asks for an orderly end, a second one is obeyed at once. */
export function catchInterrupts(): Interruption {
  const controller = new AbortController();
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  let received: NodeJS.Signals | undefined;

  function handle(signal: NodeJS.Signals): void {
    if (received !== undefined) process.exit(signalExitCode(signal));
    received = signal;
    for (const listener of listeners) listener(signal);
    controller.abort(signal);
  }
  for (const signal of SIGNALS) process.on(signal, handle);

  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    onSignal: (listener) => void listeners.push(listener),
    stopListening() {
      for (const signal of SIGNALS) process.removeListener(signal, handle);
    },
  };
}

/**
 * Waits for a start that cannot be called off. When a signal comes meanwhile, the process ends at once: before
 * everything is up there is nothing to end in good order, and the servers' guard ends what was begun.
 */
export async function untilInterrupted<Value>(
  interruption: Interruption,
  work: Promise<Value>,
): Promise<Value> {
  let up = false;
  interruption.onSignal((name) => {
    if (!up) process.exit(signalExitCode(name));
  });
  try {
    return await work;
  } finally {
    up = true;
  }
}
