import { geminiOutcome } from "./gemini-cli.js";
import {
  callBegins,
  callEnds,
  type HookCall,
  type HookEvent,
  inSession,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of Qwen Code 0.15.10 (recorded): named as Claude Code's, with results as Gemini CLI's. `tool_use_id` pairs what is told before and after a call; neither its
 * telemetry nor its chats have it. It tells no hook of a call that a rule refuses. https://qwenlm.github.io/qwen-code-docs/
 */
export function readQwenCode(payload: Payload, now: number): readonly HookEvent[] {
  const told = toldOf(payload, now);
  const session = { agent: "qwen-code", session: textOf(payload.session_id), folder: textOf(payload.cwd) };
  return told === undefined ? [] : [inSession(session, told)];
}

function toldOf(payload: Payload, now: number): HookEvent | undefined {
  const { hook_event_name: event, tool_name: name, timestamp } = payload;
  const millis = typeof timestamp === "string" ? Date.parse(timestamp) || now : now;
  // Results of tools go to the model as prompts without a text.
  const prompt = textOf(payload.prompt);
  if (event === "UserPromptSubmit")
    return prompt === undefined ? undefined : promptGiven(undefined, prompt, millis);
  if (typeof name !== "string") return undefined;
  const call: HookCall = { name, id: textOf(payload.tool_use_id), parameters: payload.tool_input };
  switch (event) {
    case "PreToolUse":
      return callBegins(call, millis);
    case "PostToolUse":
      return callEnds(call, millis, undefined, geminiOutcome(name, payload.tool_response));
    case "PostToolUseFailure":
      return callEnds(call, millis, undefined, {
        error: textOf(payload.error) ?? "the tool failed",
        errorType: payload.is_interrupt === true ? "interrupted" : "tool_error",
      });
    default:
      return undefined;
  }
}
