import type { TracerProvider } from "@opentelemetry/api";

export interface ActionLoggerOptions {
  /** Who acts. */
  readonly agentName: string;
  /**
   * Ties one run together. A UUID is stored as it is, any other text as a UUID made from it, and kept.
   * @default at each call the one in the context (`withCorrelationId`, an action around the caller, baggage); where there
   * is none, a random UUID that stays the same for this logger and its children
   */
  readonly correlationId?: string | undefined;
  /** @default the working directory */
  readonly projectPath?: string | undefined;
  /** @default the last part of `projectPath` */
  readonly projectName?: string | undefined;
  /** @default process.cwd() */
  readonly workingDirectory?: string | undefined;
  /** Rows with it belong to `recent_debug_traces`, and are cleaned up after 30 days. @default true */
  readonly debugMode?: boolean | undefined;
  /** Conversation or thread: `gen_ai.conversation.id`. */
  readonly sessionId?: string | undefined;
  /**
   * Inside this logger's actions, send the correlation id along with every instrumented outgoing request (W3C baggage).
   * @default false
   */
  readonly propagateCorrelation?: boolean | undefined;
  /** @default the one that is registered globally at the time of each call */
  readonly tracerProvider?: TracerProvider | undefined;
}
