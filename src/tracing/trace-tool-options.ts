import type { TracerProvider } from "@opentelemetry/api";

export interface TraceToolOptions<Arguments extends readonly unknown[] = readonly unknown[]> {
  /** Who calls the tool. @default the agent of the action around the call, else the exporter finds one */
  readonly agentName?: string | undefined;
  /** What of the arguments is recorded as parameters. @default the only argument, or all of them as a list */
  readonly parameters?: ((...args: Arguments) => unknown) | undefined;
  /** What is recorded of what came out. @default all of it */
  readonly result?: ((result: unknown) => unknown) | undefined;
  /** The model's id of the call, where an argument has it. */
  readonly toolCallId?: ((...args: Arguments) => string | undefined) | undefined;
  /** @default the one that is registered globally at the time of each call */
  readonly tracerProvider?: TracerProvider | undefined;
}
