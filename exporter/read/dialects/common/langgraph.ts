/**
 * Steps of LangGraph, whichever instrumentation of LangChain wrote them: the calls that a step of tools is for, which hold what the spans of
 * the tools lost; calls that were answered without a tool; and the outermost chain, which is the run.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import type { Reading, RequestedCall } from "../dialect.js";
import { textAt } from "./attributes.js";
import { type Captured, captured, HIDDEN } from "./captured.js";
import { failureSaying } from "./failure.js";
import { toolMessageIn } from "./langchain-output.js";
import { callsIn, lastTurnOf } from "./model-messages.js";

const CALLS = new WeakMap<ReadableSpan, readonly RequestedCall[]>();
const NONE: readonly RequestedCall[] = [];

/**
 * The calls of a step of tools: one that it was given alone (with the state beside it in JavaScript, in a list in Python), or those of the
 * model's last message in the state of the graph.
 *
 * @param input the attribute with what the step was given. It is large and on every step: it is parsed only where it may have a call, and
 * once for all tools of the step
 */
export function callsOfStep(span: ReadableSpan, input: unknown): readonly RequestedCall[] {
  if (typeof input !== "string" || !/"(?:lg_tool_call|tool_calls?)"/.test(input)) return NONE;
  const known = CALLS.get(span);
  if (known !== undefined) return known;
  const calls = callsInState(captured(input));
  CALLS.set(span, calls);
  return calls;
}

function callsInState(input: Captured): readonly RequestedCall[] {
  const state = isPlainObject(input) && isPlainObject(input.inputs) ? input.inputs : input;
  const alone = isPlainObject(state) ? (state.lg_tool_call ?? state.tool_call) : onlyItem(state);
  if (isPlainObject(alone) && "args" in alone) return callsIn({ tool_calls: [alone] });
  return callsIn(lastTurnOf(state));
}

/** What a tool's span tells of its call. */
export interface ToldCall {
  readonly name: string;
  readonly callId: string | undefined;
  /** An object, or the only argument, without its name. */
  readonly parameters: Captured;
}

/** The call that a tool's span is of, where there is no doubt: by its id, or by its name and what it was given. */
export function callOf(calls: readonly RequestedCall[], told: ToldCall): RequestedCall | undefined {
  if (told.callId !== undefined) return calls.find(({ callId }) => callId === told.callId);
  const named = calls.filter(({ name }) => name === told.name);
  const found = named.filter(({ parameters }) => mayBeGiven(parameters, told.parameters));
  const [call] = found;
  if (call === undefined || found.length === 1) return call;
  // Calls that are the same cannot be told apart, and what they were given is the same.
  const isSame = found.every(({ parameters }) => isEqual(parameters, call.parameters));
  return isSame ? { ...call, callId: undefined } : undefined;
}

function mayBeGiven(given: Captured, told: Captured): boolean {
  if (told === undefined || told === HIDDEN || isEqual(given, told)) return true;
  const values = isPlainObject(given) ? Object.values(given) : [given];
  return values.length === 1 && (isEqual(values[0], told) || String(values[0]) === told);
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * A call that LangGraph answered itself, because there is no such tool or the arguments do not fit: no tool ran, and only the step that
 * was for it says so. A step of several calls is none of them; of those in it, the model's next call tells.
 */
export function callThatNeverRan(
  calls: readonly RequestedCall[],
  output: () => Captured,
): Reading | undefined {
  const [call, ...others] = calls;
  if (call === undefined || others.length > 0) return undefined;
  const given = output();
  const messages = isPlainObject(given) ? (given.messages ?? given.outputs ?? given) : given;
  const message = toolMessageIn(
    onlyItem(isPlainObject(messages) && "messages" in messages ? messages.messages : messages),
  );
  const answer = message?.status === "error" ? textAt(message, "content") : undefined;
  if (answer === undefined || !NEVER_RAN.test(answer)) return undefined;
  return {
    is: "tool_call",
    name: call.name,
    parameters: call.parameters,
    result: undefined,
    callId: call.callId ?? textAt(message ?? {}, "tool_call_id"),
    failure: failureSaying(answer, "invalid_tool_call"),
  };
}

/**
 * The same of a step's span. Steps are many, and have all that was said: they are parsed only where their output may tell of such a call.
 *
 * @param input the attribute with what the step was given
 * @param output the attribute with what it gave
 */
export function readStepOfTools(
  span: ReadableSpan,
  input: unknown,
  output: unknown,
  decoded: () => Captured,
): Reading | undefined {
  if (typeof output !== "string" || !MAY_TELL.test(output)) return undefined;
  return callThatNeverRan(callsOfStep(span, input), decoded);
}

const MAY_TELL = /is not a valid tool|" not found|did not match expected schema/;

/** What LangGraph answers where there is no such tool, and LangChain where the arguments do not fit its schema. */
const NEVER_RAN =
  / is not a valid tool, try one of \[|^(?:Error: )?Tool "[^"]{1,200}" not found|Received tool input did not match expected schema/;

const onlyItem = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? value[0] : undefined;

/** Whether a chain is the run of a graph: the outermost one, which is in no node. */
export const isGraphRun = (metadata: (name: string) => string | undefined): boolean =>
  metadata("ls_integration") === "langgraph" && metadata("langgraph_node") === undefined;

/** The name of a graph. One without a name of its own goes by that of the library, which is none. */
export const graphNamed = (name: string): string | undefined => (name === "LangGraph" ? undefined : name);

/** How a dialect tells what a span of LangChain is called, and a member of its metadata. */
export interface ChainReader {
  metadata(span: ReadableSpan, name: string): string | undefined;
  nameOf(span: ReadableSpan): string;
}

/**
 * The graph inside another graph's node that a span is in: the namespace of checkpoints has a level for each graph, and the chain of the
 * inner graph is the nearest around that has one level less.
 */
export function subgraphAround(
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  { metadata, nameOf }: ChainReader,
): string | undefined {
  const levels = metadata(span, NAMESPACE)?.split("|") ?? [];
  if (levels.length < 2) return undefined;
  const around = levels.slice(0, -1).join("|");
  const graph = ancestors.find((ancestor) => metadata(ancestor, NAMESPACE) === around);
  return graph && graphNamed(nameOf(graph));
}

const NAMESPACE = "langgraph_checkpoint_ns";
