import { ATTR_GEN_AI_OPERATION_NAME } from "../../../../src/event/semconv.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { firstText, numberAt, textAt } from "../common/attributes.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { type Failure, readFailure } from "../common/failure.js";
import { missingAnswer } from "../common/gen-ai-values.js";
import type { Reading } from "../dialect.js";
import { ENTITY_INPUT, ENTITY_OUTPUT } from "./traceloop-values.js";

const GUARD = "gen_ai.guardrail.";

/** The verdict of one guard. The span around several of them, in Python, repeats what they say. */
export function readGuard(span: ReadableSpan): Reading | undefined {
  const { attributes } = span;
  const status = textAt(attributes, `${GUARD}status`);
  const operation = textAt(attributes, ATTR_GEN_AI_OPERATION_NAME);
  if (operation === "guardrail.run") return { is: "ignored", reason: "the guards inside say their verdicts" };
  if (status === undefined && operation !== "guard") return undefined;
  const failure = guardFailure(span);
  const output = captured(attributes[`${GUARD}output`]);
  return {
    is: "decision",
    type: "guardrail",
    name: textAt(attributes, `${GUARD}name`) ?? span.name.replace(/\.guard$/, ""),
    context: captured(attributes[`${GUARD}input`]) ?? HIDDEN,
    // A guard that broke down has said nothing, whatever the status.
    result:
      failure === undefined ? { status: status ?? null, ...(output !== undefined && { output }) } : undefined,
    failure,
  };
}

function guardFailure(span: ReadableSpan): Failure | undefined {
  const failure = readFailure(span);
  const type = textAt(span.attributes, `${GUARD}error.type`);
  if (type === undefined) return failure;
  const message = failure?.message ?? textAt(span.attributes, `${GUARD}error.message`);
  return { ...failure, type: failure && failure.type !== "Error" ? failure.type : type, message };
}

const GOTO = "langgraph.command.goto_node";

/** A hand-off of OpenAI's Agents, or a command of LangGraph that goes somewhere (both in Python). */
export function readHandOff(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined {
  const { attributes } = span;
  const target = firstText(attributes, ["gen_ai.handoff.to_agent", GOTO]) ?? captured(attributes[`${GOTO}s`]);
  if (target === undefined && textAt(attributes, "traceloop.span.kind") !== "handoff") return undefined;
  if (isToolThatTells(ancestors[0]))
    return { is: "ignored", reason: "the tool around it says where it goes" };
  const from = firstText(attributes, ["gen_ai.handoff.from_agent", "langgraph.command.source_node"]);
  return {
    is: "decision",
    type: "handoff",
    // The span of a hand-off begins, and is written, before the SDK knows where it goes.
    name: target === undefined ? "handoff" : `handoff to ${[target].flat().join(", ")}`,
    context: from === undefined ? undefined : { from_agent: from },
    result: target === undefined ? undefined : { to_agent: target },
    failure: readFailure(span),
  };
}

// It writes what it was given before it runs, and where that is, what it gives too: the command.
const isToolThatTells = (parent: ReadableSpan | undefined): boolean =>
  parent !== undefined &&
  textAt(parent.attributes, "traceloop.span.kind") === "tool" &&
  ENTITY_INPUT in parent.attributes;

/** A retriever of LangChain (Python), or a query to a database of vectors, of which only events tell. */
export function readRetrieval(span: ReadableSpan): Reading | undefined {
  const { attributes } = span;
  if (textAt(attributes, ATTR_GEN_AI_OPERATION_NAME) === "vector_db_retrieve") return readRetriever(span);
  const results = span.events.filter(({ name }) => /^db\.(?:query|search)\.result$/.test(name));
  const queries = span.events.filter(({ name }) => /^db\.(?:query|search)\.embeddings$/.test(name));
  if (results.length + queries.length === 0) return undefined;
  const vectors = queries.flatMap((event) => captured(firstText(event.attributes ?? {}, VECTOR_KEYS)) ?? []);
  return {
    is: "tool_call",
    name: span.name,
    parameters: queryOf(span, vectors),
    result: results.map((event) => withoutPrefix(event.attributes ?? {})),
    callId: undefined,
    failure: readFailure(span),
  };
}

const VECTOR_KEYS = ["db.query.embeddings.vector", "db.search.embeddings.vector"];

function queryOf({ attributes }: ReadableSpan, vectors: readonly unknown[]): Captured {
  const top_k = numberAt(attributes, "db.vector.query.top_k");
  if (vectors.length === 0 && top_k === undefined) return HIDDEN;
  return { ...(vectors.length > 0 && { vector: vectors }), ...(top_k !== undefined && { top_k }) };
}

const withoutPrefix = (attributes: Readonly<Record<string, unknown>>): Captured =>
  Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key.replace(/^db\.(?:query|search)\.result\./, ""),
      captured(value),
    ]),
  );

function readRetriever(span: ReadableSpan): Reading {
  const { attributes } = span;
  const input = captured(attributes[ENTITY_INPUT]);
  const output = captured(attributes[ENTITY_OUTPUT]);
  const failure = readFailure(span, output !== undefined);
  return {
    is: "tool_call",
    name: textAt(attributes, "traceloop.entity.name") ?? span.name.replace(/^vector_db_retrieve /, ""),
    parameters: memberOf(input, "query") ?? HIDDEN,
    result: memberOf(output, "documents") ?? missingAnswer(failure),
    callId: undefined,
    failure,
  };
}

// The query with its name, as other retrievals have it; the documents without.
function memberOf(value: Captured, name: "query" | "documents"): Captured {
  const member: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return member === undefined || name === "documents" ? member : { [name]: member };
}
