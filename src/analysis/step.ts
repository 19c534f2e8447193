/** What two of have to be equal: a hash of 53 bits, or the hash that a row has. */
export type Key = number | string;

/** One call of a tool as the rules see it: keys and times, no content. */
export interface Step {
  /** Id of the action. */
  readonly id: string;
  readonly tool: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly doneAt: number;
  /** Key of the call, without ids and times; `undefined` where arguments are not recorded. */
  readonly call: Key | undefined;
  /** The call has arguments that say nothing: `{}`. */
  readonly isBare: boolean;
  /** Key of the result; `undefined` where none is recorded, or it says nothing. */
  readonly result: Key | undefined;
  /** Other calls that have this result too gained nothing. */
  readonly isTelling: boolean;
  /** Other calls that have this result too asked for the same thing. */
  readonly isSpecific: boolean;
  /** The tool may change something, by its name. */
  readonly mayChange: boolean;
  readonly failed: boolean;
  /** Its result says that it failed, whatever its status. */
  readonly saysError: boolean;
  /** Key of the error without numbers, ids, paths and quotations; `undefined` for a call that went well. */
  readonly error: Key | undefined;
  /** Where the call wrote to a file. */
  readonly write: FileWrite | undefined;
}

/** What a call did to a file: keys, by which a content that comes back is known. */
export interface FileWrite {
  readonly file: Key;
  /** Of the content afterwards; of an edit where that is not known, of the text that it put in. */
  readonly content: Key;
  /** The content became another one; `undefined` where nothing says. */
  readonly changed: boolean | undefined;
}

/** A turn of the model between calls: its time is no waiting, and it costs tokens. */
export interface ModelTurn {
  readonly id: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly tokens: number;
}

/** Tools that exist to wait: `sleep`, `wait_for_job`, `browser.wait`, `BashWait`. */
const WAITS =
  /(?:^|[._/-])(?:sleep|wait|delay|pause)(?:$|[._-]|For|Until)|(?:^|[a-z])(?:Sleep|Wait)(?:$|For|Until)/;
/** A command that waits, anywhere in it. */
const WAITING_COMMAND = /\bsleep\s+[\d.$]|\bStart-Sleep\b|\btime\.sleep\(|\btimeout \/t\b/;

/** Whether the call is there to let time pass. */
export const isWait = (tool: string, parameters: string | undefined): boolean =>
  WAITS.test(tool) || (parameters !== undefined && WAITING_COMMAND.test(parameters));

/** Tools that change something: their answer is often the same, and says "done". */
const CHANGES =
  /(?:^|_)(?:write|edit|create|update|delete|remove|insert|append|replace|patch|put|post|send|set|add|move|rename|copy|mkdir|save|upload|submit|click|type|press|fill|scroll|navigate|todo|apply|run|exec|bash|shell|python|commit|push|install)/i;

/** Tools that run commands, of which many only look: what they say counts from fewer characters on. */
const RUNS = /(?:^|_)(?:run|exec|execute|bash|shell|sh|python|terminal|command)(?:$|_)/i;

/** What different calls have to answer alike to count: anything, or of a tool that may change things more than "done". */
const SAYS_MORE_THAN_DONE = 200;

/** Whether equal results of different calls say that nothing was gained. The tool's name tells what it may do, so it is a guess. */
export const saysNothingNew = (tool: string, result: string): boolean =>
  result.length >= SAYS_MORE_THAN_DONE || isSpecific(tool, result) || (result.length > 2 && !mayChange(tool));

/** Whether a tool may change something: its name tells, so it is a guess. */
export const mayChange = (tool: string): boolean => natureOf(tool).changes;

interface ToolNature {
  readonly changes: boolean;
  readonly runs: boolean;
}

const MAX_TOOLS = 1_000;
/** Agents have few tools, and call them often. */
const natures = new Map<string, ToolNature>();

function natureOf(tool: string): ToolNature {
  const known = natures.get(tool);
  if (known !== undefined) return known;
  if (natures.size >= MAX_TOOLS) natures.clear();
  const words = tool.replaceAll(/[^A-Za-z0-9]|(?<=[a-z0-9])(?=[A-Z])/g, "_");
  const nature = { changes: CHANGES.test(words), runs: RUNS.test(words) };
  // A name as long as a text is not kept.
  if (tool.length <= 200) natures.set(tool, nature);
  return nature;
}

/** From so many characters on, a result is about what was asked for, not just "running" or "no matches found". */
const SAYS_WHAT_WAS_ASKED = 64;

/** Whether other calls that have this result too asked for the same thing in other words. By the tool's name and a length, so it is a guess. */
export const isSpecific = (tool: string, result: string): boolean =>
  result.length >= SAYS_WHAT_WAS_ASKED && (!mayChange(tool) || natureOf(tool).runs);

const SAYS_SUCCESS = /"(?:success|ok)": ?true/i;
const SAYS_ERROR = new RegExp(
  [
    String.raw`(?<!\b(?:0|no|without) )`,
    String.raw`\b(?:error|failed|failure|exception|traceback|invalid|denied|refused|forbidden|unauthorized|no such|not found|(?:does|did|could) not|cannot|unable to|timed out)\b`,
    String.raw`(?!"?: ?(?:null|false|0|""|\[\]|\{\}))`,
  ].join(""),
  "i",
);
/** What a result is about stands at its beginning. */
const BEGINNING = 120;

/** Whether a result says that the call failed: many tools tell of their errors in the text of a result. By its words, so it is a guess. */
export function saysError(result: string): boolean {
  const beginning = result.slice(0, BEGINNING);
  return SAYS_ERROR.test(beginning) && !SAYS_SUCCESS.test(beginning);
}
