import {
  callEnds,
  type HookEvent,
  inSession,
  membersOf,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of Gemini CLI 0.61.0 (recorded). They do not tell the id of a call, so what is told before a call cannot be found again after it: only `AfterTool` is an event,
 * and it is another row than that of the same call in the chat or the telemetry. https://geminicli.com/docs/hooks/reference
 */
export function readGeminiCli(payload: Payload, now: number): readonly HookEvent[] {
  const told = toldOf(payload, now);
  const session = { agent: "gemini-cli", session: textOf(payload.session_id), folder: textOf(payload.cwd) };
  return told === undefined ? [] : [inSession(session, told)];
}

function toldOf(payload: Payload, now: number): HookEvent | undefined {
  const { hook_event_name: event, tool_name: name, timestamp } = payload;
  const millis = typeof timestamp === "string" ? Date.parse(timestamp) || now : now;
  if (event === "BeforeAgent") return promptGiven(undefined, String(payload.prompt ?? ""), millis);
  if (event !== "AfterTool" || typeof name !== "string") return undefined;
  const response = membersOf(payload.tool_response);
  const error = textOf(membersOf(response.error).message) ?? textOf(response.error);
  const call = { name, id: undefined, parameters: payload.tool_input };
  const result = response.llmContent ?? payload.tool_response;
  // A command counts as a success whatever its exit code is.
  const isShell = name === "run_shell_command" && typeof result === "string";
  const code = isShell ? [...result.matchAll(/^Exit Code: (-?\d+)$/gm)].at(-1)?.[1] : undefined;
  if (code === undefined || code === "0") return callEnds(call, millis, undefined, { result, error });
  return callEnds(call, millis, undefined, {
    result,
    errorType: "exit_code",
    error: `exited with code ${code}`,
  });
}
