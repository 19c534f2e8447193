import { isPlainObject, type JsonObject } from "../event/json.js";
import { inputOf, type RecordedAction } from "../recorded/recorded-action.js";
import { commandJudgement } from "./command-effect.js";
import { type FileEffect, type FileOperationRow, fileEffects } from "./file-effects.js";
import { type Judgement, leastReversible } from "./reversibility.js";

/** A command of a shell. */
export interface CommandEffect extends Judgement {
  readonly command: string;
  readonly tool: string;
  readonly action_id: string;
}

/** Calls of one tool, of one host where they name one. */
export interface ToolEffect extends Judgement {
  readonly tool: string;
  /** Host of the address that was asked; null for a tool that was given none. */
  readonly host: string | null;
  readonly calls: number;
  /** Id of the last one. */
  readonly action_id: string;
}

/** What a run did outside of itself. */
export interface RunEffects {
  readonly files: readonly FileEffect[];
  readonly commands: readonly CommandEffect[];
  /** Addresses that were asked, by tool and host. */
  readonly requests: readonly ToolEffect[];
  /** All other calls that do not read files, by tool. */
  readonly others: readonly ToolEffect[];
  /** Calls that failed, and are in nothing above: part of what they were to do may have happened. */
  readonly failed: number;
  /** Calls that only read files. */
  readonly reads: number;
}

/**
 * @param actions the actions of a run, whole
 * @param operations what its calls did to files
 */
export function effectsOf(
  actions: readonly RecordedAction[],
  operations: readonly FileOperationRow[],
): RunEffects {
  const calls = actions.filter(({ type, status }) => type === "tool_call" && status !== "running");
  const ofFiles = new Set(operations.map(({ action_id: id }) => id));
  const files = fileEffects(operations, new Map(calls.map((call) => [call.id, call])));
  const commands: CommandEffect[] = [];
  const requests: Call[] = [];
  const others: Call[] = [];
  for (const call of calls) {
    if (call.failed || ofFiles.has(call.id)) continue;
    const input = inputOf(call);
    const command = commandIn(input);
    const said = annotated(call);
    const host = hostIn(input);
    if (command !== undefined)
      commands.push({ command, tool: call.name, action_id: call.id, ...(said ?? commandJudgement(command)) });
    else if (host !== undefined)
      requests.push({ call, host, judgement: said ?? requestJudgement(input as JsonObject) });
    else others.push({ call, host: null, judgement: said ?? NOT_SAID });
  }
  const failed = calls.filter((call) => call.failed).length;
  const changed = files.reduce((sum, { calls: count }) => sum + count, 0);
  return {
    files,
    commands,
    requests: byTool(requests),
    others: byTool(others),
    failed,
    reads: calls.filter((call) => !call.failed && ofFiles.has(call.id)).length - changed,
  };
}

interface Call {
  readonly call: RecordedAction;
  readonly host: string | null;
  readonly judgement: Judgement;
}

const NOT_SAID: Judgement = { reversible: "not_said", why: "what the tool does is not said" };

function byTool(calls: readonly Call[]): ToolEffect[] {
  const groups = new Map<string, [Call, ...Call[]]>();
  for (const call of calls) {
    const key = JSON.stringify([call.call.name, call.host]);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [call]);
    else others.push(call);
  }
  return [...groups.values()].map((group) => ({
    tool: group[0].call.name,
    host: group[0].host,
    calls: group.length,
    action_id: (group.at(-1) ?? group[0]).call.id,
    ...(leastReversible(group.map(({ judgement }) => judgement)) ?? NOT_SAID),
  }));
}

/**
 * What the tool says of itself, where the call has its annotations as a member `tool_annotations` of the details.
 *
 * https://modelcontextprotocol.io/specification/2025-06-18/schema#toolannotations
 */
function annotated({ details: { tool_annotations: said } }: RecordedAction): Judgement | undefined {
  if (!isPlainObject(said)) return undefined;
  if (said.readOnlyHint === true) return { reversible: "reads", why: "the tool says that it only reads" };
  if (said.destructiveHint === true) return { reversible: "no", why: "the tool says that it destroys" };
  if (said.destructiveHint === false)
    return { reversible: "not_said", why: "the tool says that it only adds" };
  return undefined;
}

const READING_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

function requestJudgement({ method, http_method: other }: JsonObject): Judgement {
  const said = method ?? other;
  if (typeof said !== "string") return NOT_SAID;
  return READING_METHODS.has(said.toUpperCase())
    ? { reversible: "reads", why: "GET, HEAD or OPTIONS" }
    : { reversible: "no", why: `${said.toUpperCase().slice(0, 20)} changes another system` };
}

const COMMAND_MEMBERS = ["command", "cmd", "script"];
const ADDRESS_MEMBERS = ["url", "uri", "endpoint", "href", "base_url"];

/** A line of a shell; lists of words are one. */
export function commandIn(input: unknown): string | undefined {
  if (!isPlainObject(input)) return undefined;
  const command = COMMAND_MEMBERS.map((name) => input[name]).find((value) => value !== undefined);
  if (Array.isArray(command) && command.every((word) => typeof word === "string")) {
    // ["bash", "-lc", LINE]
    const [shell = "", flags = "", line] = command;
    return /(^|\/)(ba|z|da)?sh$/.test(shell) && /^-\w*c$/.test(flags) && line !== undefined
      ? line
      : command.join(" ");
  }
  return typeof command === "string" ? command : undefined;
}

function hostIn(input: unknown): string | undefined {
  if (!isPlainObject(input)) return undefined;
  for (const name of ADDRESS_MEMBERS) {
    const address = input[name];
    if (typeof address !== "string" || !URL.canParse(address)) continue;
    const { host } = new URL(address);
    if (host !== "") return host;
  }
  return undefined;
}
