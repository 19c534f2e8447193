/** What a tool gave, out of the message or command that carries it to the model. */
export interface ToolOutput {
  readonly result: unknown;
  /** The message says that the tool failed. */
  readonly error?: string;
  /** The agent or node that goes on; several are named together. */
  readonly handsOverTo?: string;
}

export function readToolOutput(output: unknown): ToolOutput {
  if (typeof output !== "object" || output === null) return { result: output };
  if (isToolMessage(output)) return readMessage(output);
  return isCommand(output) ? readCommand(output) : { result: output };
}

interface ToolMessage {
  readonly tool_call_id: string;
  readonly content: unknown;
  readonly status?: unknown;
}

// By shape: there may be several copies of the library.
const isToolMessage = (value: unknown): value is ToolMessage =>
  typeof value === "object" && value !== null && "tool_call_id" in value && "content" in value;

function readMessage({ content, status }: ToolMessage): ToolOutput {
  if (status !== "error") return { result: beforeMessage(content) };
  return { result: content, error: typeof content === "string" ? content : "the tool's message says error" };
}

// What was no text became one for the message.
function beforeMessage(content: unknown): unknown {
  if (typeof content !== "string" || !/^\s*[[{]/.test(content)) return content;
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

interface Command {
  readonly goto?: unknown;
  readonly update?: unknown;
}

const isCommand = (value: object): value is Command => Reflect.get(value, "lg_name") === "Command";

/** Going there is no hand-over: the graph is done. */
const GRAPH_END = "__end__";

function readCommand({ goto, update }: Command): ToolOutput {
  const targets = [goto ?? []].flat().flatMap((target) => nodeOf(target) ?? []);
  const answer = toolMessagesIn(update).at(-1);
  const read = answer === undefined ? { result: update } : readMessage(answer);
  const agents = targets.filter((target) => target !== GRAPH_END);
  return agents.length === 0 ? read : { ...read, handsOverTo: [...new Set(agents)].join(", ") };
}

// A node is named, or sent to with a state of its own.
function nodeOf(target: unknown): string | undefined {
  const node: unknown = typeof target === "object" && target !== null ? Reflect.get(target, "node") : target;
  return typeof node === "string" ? node : undefined;
}

// Updates are an object of channels, or a list of pairs.
function toolMessagesIn(update: unknown): readonly ToolMessage[] {
  if (typeof update !== "object" || update === null) return [];
  const messages: unknown = Array.isArray(update)
    ? new Map(update as [unknown, unknown][]).get("messages")
    : Reflect.get(update, "messages");
  return [messages ?? []].flat().filter(isToolMessage);
}
