/**
 * What a tool gave, out of the object that a framework of Python has around it and that an instrumentation wrote down by `str()` or
 * `repr()`: the message that LangChain makes of it, its command to go on elsewhere, the result of Agno, of the OpenAI Agents SDK, of
 * LlamaIndex.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import { type Captured, capturedText, LONGEST_FOREIGN } from "./captured.js";
import { decodePrintedFields, decodePrintedObject, decodePython, PrintedObject } from "./decode-python.js";
import { type LangChainOutput, readCommand, readMessage } from "./langchain-output.js";
import { unwrapToolOutput } from "./llama-index.js";

/** `undefined` where the value is no such text: it is what the tool gave. */
export function unwrapPrintedResult(text: Captured): LangChainOutput | undefined {
  if (typeof text !== "string" || text.length > LONGEST_FOREIGN) return undefined;
  if (isUnprintable(text)) return { result: undefined };
  if (AGNO.test(text)) return agnoResult(decodePrintedFields(text) ?? {});
  if (MESSAGE.test(text)) return messageOf(decodePrintedFields(text) ?? {});
  const object = decodePrintedObject(text);
  return object === undefined ? undefined : unwrapObject(object);
}

/** What Python prints of an object that cannot be printed: `<async_generator object ...>`, whose values came after the span. */
const isUnprintable = (value: unknown): boolean =>
  typeof value === "string" && /^<.{1,400} object .{1,400}>$/.test(value);

const AGNO = /^status='(?:success|failure)' result=/;
const MESSAGE = /^content=[\s\S]* tool_call_id='[^']{1,200}'/;

function agnoResult({ status, result, error }: Fields): LangChainOutput {
  if (status !== "failure") return { result: isUnprintable(result) ? undefined : result };
  return { result: undefined, error: typeof error === "string" && error !== "" ? error : "the tool failed" };
}

const messageOf = (fields: Fields): LangChainOutput | undefined => readMessage({ ...fields, type: "tool" });

function unwrapObject({ className, fields }: PrintedObject): LangChainOutput | undefined {
  if (className === "ToolMessage") return messageOf(fields);
  if (className === "Command")
    return readCommand({ goto: [], update: null, resume: null, graph: null, ...plain(fields) });
  if (className === "ToolOutput") return unwrapToolOutput(plain(fields));
  if (className !== "FunctionToolResult" || !("output" in fields)) return undefined;
  const { output } = fields;
  return { result: typeof output === "string" ? decodePython(output) : (output ?? undefined) };
}

type Fields = Readonly<Record<string, unknown>>;

// Messages inside of a command are objects too.
function plain(value: unknown): Fields {
  const read = plainValue(value);
  return isPlainObject(read) ? read : {};
}

function plainValue(value: unknown): unknown {
  if (value instanceof PrintedObject) {
    const fields = plain(value.fields);
    return value.className === "ToolMessage"
      ? { ...fields, type: "tool" }
      : { lg_name: value.className, ...fields };
  }
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainValue(member)]));
}

/** What a tool gave as a text, which is JSON, Python's way of writing a value, or itself. */
export function decodedResult(text: string): Captured {
  const value = capturedText(text);
  return typeof value === "string" ? decodePython(value) : value;
}
