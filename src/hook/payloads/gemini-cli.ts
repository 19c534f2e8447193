import {
  type CallOutcome,
  callEnds,
  type HookEvent,
  inSession,
  membersOf,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of Gemini CLI 0.61.0 (recorded). They do not tell the id of a call, so what is told before a call cannot be found again after it: only `AfterTool` is an event.
 * The consumer finds the row that the telemetry gave the same call. https://geminicli.com/docs/hooks/reference
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
  const call = { name, id: undefined, parameters: payload.tool_input };
  return callEnds(call, millis, undefined, geminiOutcome(name, payload.tool_response));
}

/** How a call ended. A command counts as a success whatever its exit code is. */
export function geminiOutcome(tool: string, told: unknown): CallOutcome {
  const response = membersOf(told);
  const error = textOf(membersOf(response.error).message) ?? textOf(response.error);
  const result = response.llmContent ?? told;
  const isShell = tool === "run_shell_command" && typeof result === "string";
  const code = isShell ? [...result.matchAll(/^Exit Code: (-?\d+)$/gm)].at(-1)?.[1] : undefined;
  if (code === undefined || code === "0") return { result, error };
  return { result, errorType: "exit_code", error: `exited with code ${code}` };
}
