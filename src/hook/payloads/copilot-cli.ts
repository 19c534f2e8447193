import {
  callEnds,
  callRefused,
  decoded,
  type HookEvent,
  inSession,
  membersOf,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of GitHub Copilot CLI, from its documentation (https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference). A payload does not say which hook it is for: its
 * members do. There is no id of a call, so only what is told after it is an event.
 */
export function readCopilotCli(payload: Payload, now: number): readonly HookEvent[] {
  const told = toldOf(payload, now);
  const session = {
    agent: "copilot-cli",
    session: textOf(payload.sessionId) ?? textOf(payload.session_id),
    folder: textOf(payload.cwd),
  };
  return told === undefined ? [] : [inSession(session, told)];
}

function toldOf(payload: Payload, now: number): HookEvent | undefined {
  const millis = typeof payload.timestamp === "number" ? payload.timestamp : now;
  const name = textOf(payload.toolName);
  const prompt = textOf(payload.prompt);
  if (name === undefined) return prompt === undefined ? undefined : promptGiven(undefined, prompt, millis);
  if (!("toolResult" in payload) && !("error" in payload)) return undefined;
  const call = { name, id: textOf(payload.toolCallId), parameters: decoded(payload.toolArgs) };
  const result = membersOf(payload.toolResult);
  const text = textOf(result.textResultForLlm);
  if (result.resultType === "denied") return callRefused(call, millis, text, {});
  const failed = result.resultType === "failure" || "error" in payload;
  const error = failed ? (textOf(payload.error) ?? text ?? "the tool failed") : undefined;
  return callEnds(call, millis, undefined, {
    result: failed ? undefined : (text ?? payload.toolResult),
    error,
  });
}
