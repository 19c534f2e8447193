import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent, firstText } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { readFailure } from "../common/failure.js";
import type { Reading } from "../dialect.js";
import { nameWithout } from "./gen-ai-values.js";

/** Documents were looked up: `retrieval` of the conventions, or a vector store of Spring AI. */
export function readRetrieval(span: ReadableSpan): Reading {
  const { attributes } = span;
  const query = captured(
    firstPresent(attributes, ["gen_ai.retrieval.query.text", "db.vector.query.content"]),
  );
  const documents = captured(
    firstPresent(attributes, ["gen_ai.retrieval.documents", "db.vector.query.response.documents"]),
  );
  const failure = readFailure(span, documents !== undefined);
  return {
    is: "tool_call",
    name:
      firstText(attributes, ["gen_ai.data_source.id", "db.collection.name"]) ??
      nameWithout("retrieval", span),
    parameters: query === undefined || query === HIDDEN ? HIDDEN : { query },
    result: documents ?? (failure === undefined ? HIDDEN : undefined),
    callId: undefined,
    failure,
  };
}

const PREFIX = "gen_ai.memory.";
const RECORDS = "gen_ai.memory.records";

/** Something was written to memory or searched for: `search_memory`, `create_memory`... and `memory.search` of Strands. */
export function readMemoryOperation(operation: string, span: ReadableSpan): Reading {
  const { attributes } = span;
  const members = Object.entries(attributes)
    .filter(([key]) => key.startsWith(PREFIX) && key !== RECORDS)
    .map(([key, value]) => [key.slice(PREFIX.length), captured(value)] as const);
  return {
    is: "tool_call",
    name: operation,
    parameters: members.length === 0 ? (eventInput(span) ?? HIDDEN) : Object.fromEntries(members),
    result: captured(attributes[RECORDS]) ?? captured(eventOf(span, "memory.results").content),
    callId: undefined,
    failure: readFailure(span),
  };
}

function eventInput(span: ReadableSpan): Captured {
  const query = captured(eventOf(span, "memory.query").content);
  const content = captured(eventOf(span, "memory.content").content);
  if (query === undefined && content === undefined) return undefined;
  return { ...(query !== undefined && { query }), ...(content !== undefined && { content }) };
}

const eventOf = ({ events }: ReadableSpan, name: string): Attributes =>
  events?.find((event) => event.name === name)?.attributes ?? {};
