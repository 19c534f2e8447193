import { decodeJson } from "../read/dialects/common/decode-json.js";
import type { Failure } from "../read/dialects/common/failure.js";
import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { listOf, type Members, membersOf, messageText, millisOf, numberOf, textOf } from "./members.js";
import { decisionReport, type TranscriptCall, type TranscriptResult } from "./session-reports.js";

/** What a tool was called with: JSON as text, or a free text such as a patch. */
export function codexParameters(item: Members): unknown {
  if (typeof item.input === "string") return { input: item.input };
  if (typeof item.arguments === "string") return decodeJson(item.arguments);
  return item.arguments ?? item.action;
}

/** How a call ended: by its completed item where there is one, else by what the model was told. */
export function codexResult(
  call: TranscriptCall,
  output: unknown,
  item: Members,
): Pick<TranscriptResult, "result" | "failure" | "extras"> {
  const told = typeof output === "string" ? output : (messageText(output) ?? output);
  switch (item.type) {
    case "CommandExecution": {
      const exitCode = numberOf(item.exit_code);
      const result = { output: item.aggregated_output ?? told, exit_code: exitCode };
      return { result, failure: commandFailure(item, exitCode) };
    }
    case "FileChange":
      return {
        result: { stdout: item.stdout, stderr: item.stderr, changes: item.changes },
        failure: item.status === "failed" ? { type: "tool_error", message: textOf(item.stderr) } : undefined,
        extras: fileOf(membersOf(item.changes)),
      };
    case "McpToolCall":
      return {
        result: item.result ?? told,
        failure:
          item.error === undefined || item.error === null
            ? undefined
            : { type: "tool_error", message: textOf(membersOf(item.error).message) ?? textOf(item.error) },
      };
    default:
      return { result: told, failure: toldFailure(call.name, told) };
  }
}

function commandFailure(item: Members, exitCode: number | undefined): Failure | undefined {
  if (item.status !== "failed" && (exitCode === undefined || exitCode === 0)) return undefined;
  return exitCode === undefined
    ? { type: "tool_error", message: textOf(item.aggregated_output) }
    : { type: "exit_code", message: `exited with code ${exitCode}` };
}

const toldFailure = (name: string, told: unknown): Failure | undefined =>
  typeof told === "string" && /^unsupported (?:custom tool )?call: /.test(told)
    ? { type: "unknown_tool", message: `${told} (${name})` }
    : undefined;

/** The file of a patch that changes one; of several the row of the call says which, and no file operation is made. */
function fileOf(changes: Members): Members {
  const files = Object.entries(changes).map(([path, change]) => ({ path, type: membersOf(change).type }));
  const [first] = files;
  if (first === undefined || files.length > 1) return { files };
  const operation = first.type === "add" ? "create" : first.type === "delete" ? "delete" : "edit";
  return { files, file_path: first.path, file_operation: operation };
}

/** The call of an item that no response item called. */
export function itemCall(
  id: string,
  item: Members,
  millis: number,
  session: ReportedSession,
  parentCallKey: string | undefined,
): TranscriptCall | undefined {
  const startMillis = millisOf(item.started_at_ms) ?? millis;
  const named = (name: string, parameters: unknown): TranscriptCall => ({
    callId: id,
    name,
    parameters,
    startMillis,
    session,
    parentCallKey,
  });
  switch (item.type) {
    case "CommandExecution":
      return named("exec_command", { command: item.command, cwd: item.cwd });
    case "FileChange":
      return named("apply_patch", { files: Object.keys(membersOf(item.changes)) });
    case "McpToolCall":
      return named(`${String(item.server)}.${String(item.tool)}`, item.arguments);
    default:
      return undefined;
  }
}

/** What was decided by a call of one of the tools that ask a person, or another agent. */
export function codexDecision(
  call: TranscriptCall,
  endMillis: number,
  output: unknown,
  callsOfAgents: Map<string, string>,
): readonly ActionReport[] {
  const parameters = membersOf(call.parameters);
  const told = typeof output === "string" ? decodeJson(output) : output;
  if (call.name === "request_user_input")
    return [
      decisionReport(call, endMillis, {
        type: "elicitation",
        name: "user_question",
        context: { questions: listOf(parameters.questions) },
        result: membersOf(told).answers ?? told,
        approval: { approvedBy: "user", method: "human" },
      }),
    ];
  if (call.name !== "spawn_agent") return [];
  const agent = textOf(membersOf(told).agent_id) ?? textOf(membersOf(told).thread_id);
  if (agent !== undefined) callsOfAgents.set(agent, call.callId);
  return [
    decisionReport(call, endMillis, {
      type: "handoff",
      name: textOf(parameters.agent_type) ?? "default",
      context: { prompt: parameters.message ?? parameters.items },
      result: told,
    }),
  ];
}
