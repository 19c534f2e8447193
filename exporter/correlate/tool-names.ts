import { UNNAMED } from "../read/dialects/dialect.js";

/** How two layers' names of a tool stand to each other. */
export type NameRelation =
  /** The same, as far as instrumentations decorate names: `mcp__files__read`, `files.read`, `read.tool`, `execute_tool read`. */
  | "same"
  /** One may be the other with a server's name before it, or may be another tool: `files_read`. */
  | "alike"
  | "other";

/**
 * Whether two names are of one tool. A prefix counts only on one side: `files.read` may be `read`, and is not `mail.read`.
 */
export function relateNames(one: string, other: string): NameRelation {
  const [a, b] = [plainToolName(one), plainToolName(other)];
  if (a === b || withoutBlanks(a) === withoutBlanks(b)) return "same";
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  const before = long.slice(0, -short.length);
  if (short === "" || !long.endsWith(short)) return "other";
  if (SERVER_BEFORE.test(before)) return "same";
  return /\w[_-]$/.test(before) ? "alike" : "other";
}

/** The name without what only says that it is a tool: the same for all names that {@link relateNames} calls the same. */
export function bareToolName(name: string): string {
  const plain = plainToolName(name);
  return withoutBlanks(/(?:__|[./:])([^./:]+)$/.exec(plain)?.[1]?.replace(/^.*__(?=[^_])/, "") ?? plain);
}

/** Whether a name says which tool it is. Some instrumentations know no more of a tool than its class. */
export const isToolName = (name: string): boolean =>
  name !== UNNAMED && !/^(?:Base|Structured|Dynamic|DynamicStructured|Function)?Tool$/.test(name);

/** `mcp__server__`, `server.`, `server/`, `server:`, `server__`; without a blank, which a sentence has and a name has not. */
const SERVER_BEFORE = /^[^\s]*[^\s_](?:__|[./:])$/;

function plainToolName(name: string): string {
  return name
    .trim()
    .replace(/^(?:execute_tool|tools\/call|running tool|tool:)\s+/i, "")
    .replace(/\.(?:tool|mcp)$/, "");
}

// A model knows a tool whose name has blanks by one without: `Delegate work to coworker` is `delegate_work_to_coworker` there.
const withoutBlanks = (name: string): string =>
  /\s/.test(name) ? name.toLowerCase().replace(/\s+/g, "_") : name;
