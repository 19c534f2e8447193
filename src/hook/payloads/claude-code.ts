import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type CallOutcome,
  callBegins,
  callEnds,
  callRefused,
  type HookCall,
  type HookEvent,
  type HookSession,
  inSession,
  membersOf,
  numberOf,
  type Payload,
  promptGiven,
  textOf,
} from "./hook-event.js";

/**
 * Hooks of Claude Code 2.1.197 and 2.1.332 (recorded) and of Codex 0.171.0 (recorded), which took over their names and members. `tool_use_id` is the id that transcripts and
 * telemetry have too. https://code.claude.com/docs/en/hooks
 */
export function readClaudeCode(payload: Payload, nowMillis: number): readonly HookEvent[] {
  return read(payload, nowMillis, "claude-code", "prompt_id");
}

export function readCodex(payload: Payload, nowMillis: number): readonly HookEvent[] {
  return read(payload, nowMillis, "codex", "turn_id");
}

/** Codex tells no failures, and of most tools no exit code: `PostToolUse` has the output alone. */
function codexOutcome(tool: string, response: unknown): CallOutcome {
  // Of a command it is what the command printed.
  const isTold = typeof response === "string" && tool !== "Bash";
  const code = isTold ? /^Exit code: (-?\d+)\n/.exec(response)?.[1] : undefined;
  if (code === undefined) return { result: response, isUntold: true };
  if (code === "0") return { result: response };
  return { result: response, errorType: "exit_code", error: `exited with code ${code}` };
}

function read(payload: Payload, now: number, agent: string, promptId: string): readonly HookEvent[] {
  const session = sessionOf(payload, agent);
  const told = toldOf(payload, now, agent, promptId);
  return told === undefined ? [] : [inSession(session, told)];
}

function toldOf(payload: Payload, now: number, agent: string, promptId: string): HookEvent | undefined {
  const { hook_event_name: event, tool_name: name } = payload;
  // What an agent in the background ends with is given to the model as a prompt; no user wrote it.
  const isOfUser = !String(payload.prompt ?? "").startsWith("<task-notification>");
  if (event === "UserPromptSubmit" && !isOfUser) return undefined;
  if (event === "UserPromptSubmit")
    return promptGiven(textOf(payload[promptId]), String(payload.prompt ?? ""), now);
  if (typeof name !== "string") return undefined;
  const call: HookCall = { name, id: textOf(payload.tool_use_id), parameters: payload.tool_input };
  const duration = numberOf(payload.duration_ms);
  switch (event) {
    case "PreToolUse":
      return callBegins(call, now);
    case "PostToolUse":
      if (agent === "codex") return callEnds(call, now, duration, codexOutcome(name, payload.tool_response));
      return callEnds(call, now, duration, { result: resultOf(payload.tool_response) });
    case "PostToolUseFailure":
      return callEnds(call, now, duration, {
        error: textOf(payload.error) ?? "the tool failed",
        errorType: payload.is_interrupt === true ? "interrupted" : "tool_error",
      });
    case "PermissionDenied":
      return callRefused(call, now, payload.reason, { by: "classifier", method: "model" });
    default:
      return undefined;
  }
}

// A file's contents before an edit are as large as the file.
function resultOf(response: unknown): unknown {
  if (typeof response !== "object" || response === null || !("originalFile" in response)) return response;
  const { originalFile: _whole, content: _written, ...rest } = membersOf(response);
  return rest;
}

function sessionOf(payload: Payload, agent: string): HookSession {
  const agentId = textOf(payload.agent_id);
  return {
    agent,
    session: textOf(payload.session_id),
    folder: textOf(payload.cwd),
    subAgent: agentId === undefined ? undefined : textOf(payload.agent_type),
    parentCallKey: agentId === undefined ? undefined : callOfAgent(payload, agentId),
  };
}

/** Which call began a sub-agent stands beside its transcript. */
function callOfAgent(
  { transcript_path: path, session_id: session }: Payload,
  agent: string,
): string | undefined {
  if (typeof path !== "string" || typeof session !== "string" || /[\\/]/.test(session + agent))
    return undefined;
  try {
    const text = readFileSync(join(dirname(path), session, "subagents", `agent-${agent}.meta.json`), "utf8");
    return textOf(membersOf(JSON.parse(text)).toolUseId);
  } catch {
    return undefined;
  }
}
