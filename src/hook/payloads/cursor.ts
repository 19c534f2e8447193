import {
  callBegins,
  callEnds,
  callRefused,
  decoded,
  type HookCall,
  type HookEvent,
  type HookSession,
  inSession,
  numberOf,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of Cursor, from its documentation (https://cursor.com/docs/hooks). `preToolUse` and `postToolUse` tell of every call; those of shell, MCP and files tell of the
 * same calls again without their id, so nothing is made of them.
 */
export function readCursor(payload: Payload, now: number): readonly HookEvent[] {
  const told = toldOf(payload, now);
  return told === undefined ? [] : [inSession(sessionOf(payload), told)];
}

function toldOf(payload: Payload, now: number): HookEvent | undefined {
  const { hook_event_name: event, tool_name: name } = payload;
  if (event === "beforeSubmitPrompt")
    return promptGiven(textOf(payload.generation_id), String(payload.prompt ?? ""), now);
  if (typeof name !== "string") return undefined;
  const call: HookCall = { name, id: textOf(payload.tool_use_id), parameters: decoded(payload.tool_input) };
  const duration = numberOf(payload.duration);
  switch (event) {
    case "preToolUse":
      return callBegins(call, now);
    case "postToolUse":
      return callEnds(call, now, duration, { result: decoded(payload.tool_output) });
    case "postToolUseFailure":
      return payload.failure_type === "permission_denied"
        ? callRefused(call, now, payload.error_message, {})
        : callEnds(call, now, duration, {
            error: textOf(payload.error_message) ?? "the tool failed",
            errorType: textOf(payload.failure_type) === "timeout" ? "timeout" : "tool_error",
          });
    default:
      return undefined;
  }
}

function sessionOf(payload: Payload): HookSession {
  const roots: unknown = payload.workspace_roots;
  return {
    agent: "cursor",
    session: textOf(payload.conversation_id) ?? textOf(payload.session_id),
    folder: textOf(payload.cwd) ?? textOf(Array.isArray(roots) ? roots[0] : undefined),
    version: textOf(payload.cursor_version),
    user: textOf(payload.user_email),
  };
}
