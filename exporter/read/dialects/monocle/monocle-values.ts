import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, numberAt, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { unwrapMcpContent } from "../common/mcp-content.js";
import type { Extras, ModelMessages, RequestedCall } from "../dialect.js";
import { parsePython } from "./monocle-python.js";

/** The attributes of the span's event of this name: `data.input`, `data.output`, `metadata`. */
export const eventOf = ({ events }: ReadableSpan, name: string): Attributes =>
  events.find((event) => event.name === name)?.attributes ?? {};

/** What was given: JSON, or a text of Python; one value stands in a list of its own. */
export function inputOf(span: ReadableSpan): Captured {
  const value = decodedOf(eventOf(span, "data.input").input);
  const [only, ...more] = Array.isArray(value) ? value : [];
  const isOne = typeof only === "string" && (more.length === 0 || only.startsWith("input: "));
  const inner = isOne ? decodedOf(only.replace(/^input: /, "")) : undefined;
  return isPlainObject(inner) ? inner : value;
}

/** What was given back. An item of MCP content stands for its text. */
export function outputOf(span: ReadableSpan): Captured {
  const output = eventOf(span, "data.output");
  const value = decodedOf(output.response ?? output.output);
  return (unwrapMcpContent(value) ?? unwrapMcpContent({ content: [value] }))?.result ?? value;
}

function decodedOf(value: unknown): Captured {
  const decoded = captured(value);
  return typeof decoded === "string" ? (parsePython(decoded) ?? decoded) : decoded;
}

/** Model, provider and token use of an inference. */
export function inferenceExtras(span: ReadableSpan): Extras {
  const { attributes } = span;
  const metadata = eventOf(span, "metadata");
  const reason = textAt(metadata, "finish_reason");
  return {
    model: textAt(attributes, "entity.2.name"),
    provider: textAt(attributes, "entity.1.type")?.replace(/^inference\./, ""),
    input_tokens: numberAt(metadata, "prompt_tokens"),
    output_tokens: numberAt(metadata, "completion_tokens"),
    finish_reasons: reason === undefined ? undefined : [reason],
  };
}

/** What a model was asked, and what it wants: `{"tools": [...]}`, or a call under the role that speaks. */
export function readInference(span: ReadableSpan): ModelMessages {
  const input = decodedOf(eventOf(span, "data.input").input);
  const output = outputOf(span);
  return {
    requested: isPlainObject(output) ? [output, ...Object.values(output)].flatMap(callsIn) : [],
    // Messages are texts by role, without ids.
    answered: [],
    context: Array.isArray(input) ? input.map(decodedOf) : (input ?? HIDDEN),
    result: output ?? HIDDEN,
  };
}

function callsIn(value: unknown): readonly RequestedCall[] {
  if (!isPlainObject(value)) return [];
  if (Array.isArray(value.tools)) return value.tools.flatMap(callsIn);
  const name = textAt(value, "tool_name") ?? (value.type === "tool_call" ? textAt(value, "name") : undefined);
  if (name === undefined) return [];
  const parameters = captured(value.tool_arguments ?? value.args) ?? HIDDEN;
  return [{ name, callId: textAt(value, "tool_id") ?? textAt(value, "id"), parameters }];
}
