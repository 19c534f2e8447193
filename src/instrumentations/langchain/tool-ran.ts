import { createContextKey } from "@opentelemetry/api";
import { activeContext, callInContext } from "../../tracing/guard.js";

const TOOL_RAN = createContextKey("otel-agent-actions.langchain.tool-ran");

interface Note {
  ran: boolean;
}

/** Calls what may run a tool; the second value says afterwards whether one did. */
export function watchingForTools<T>(call: () => T): readonly [T, Readonly<Note>] {
  const note: Note = { ran: false };
  return [callInContext(activeContext().setValue(TOOL_RAN, note), call), note];
}

export function noteToolRan(): void {
  const note = activeContext().getValue(TOOL_RAN) as Note | undefined;
  if (note !== undefined) note.ran = true;
}
