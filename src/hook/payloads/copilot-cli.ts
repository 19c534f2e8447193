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
 * Hooks of GitHub Copilot CLI 1.0.102 (recorded). A payload does not say which hook it is for: its members do. There is no id of a call, so only what is told after it
 * is an event. A sub-agent has its own id as its session. https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-hooks-reference
 */
export function readCopilotCli(payload: Payload, now: number): readonly HookEvent[] {
  const told = toldOf(payload, now);
  const session = {
    agent: "copilot-cli",
    session: textOf(payload.parentAgentId) ?? textOf(payload.sessionId) ?? textOf(payload.session_id),
    folder: textOf(payload.cwd),
    subAgent: textOf(payload.agentType),
  };
  return told === undefined ? [] : [inSession(session, told)];
}

function toldOf(payload: Payload, now: number): HookEvent | undefined {
  const millis = typeof payload.timestamp === "number" ? payload.timestamp : now;
  const name = textOf(payload.toolName);
  const prompt = textOf(payload.prompt);
  // What a sub-agent is asked, the call that began it tells.
  const isUsers = payload.agentId === undefined && prompt !== undefined;
  if (name === undefined) return isUsers ? promptGiven(undefined, prompt, millis) : undefined;
  if (!("toolResult" in payload) && !("error" in payload)) return undefined;
  const call = { name, id: textOf(payload.toolCallId), parameters: decoded(payload.toolArgs) };
  const result = membersOf(payload.toolResult);
  const text = textOf(result.textResultForLlm);
  if (result.resultType === "denied") return callRefused(call, millis, text, {});
  const failed = result.resultType === "failure" || "error" in payload;
  if (failed)
    return callEnds(call, millis, undefined, { error: textOf(payload.error) ?? text ?? "the tool failed" });
  const [trailer, code] = TRAILER.exec(text ?? "") ?? [];
  if (text === undefined || trailer === undefined)
    return callEnds(call, millis, undefined, { result: text ?? payload.toolResult });
  const exitCode = Number(code);
  return callEnds(call, millis, undefined, {
    result: { output: text.slice(0, -trailer.length), exit_code: exitCode },
    ...(exitCode !== 0 && { errorType: "exit_code", error: `exited with code ${exitCode}` }),
  });
}

/** What it writes behind the output of a command, which counts as a success whatever its exit code is. */
const TRAILER = /\n?<shellId: [^<>]{0,40} completed with exit code (-?\d+)>\s*$/;
