import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import type { ModelMessages, RequestedCall } from "../dialect.js";
import { type Attributes, firstPresent, textAt } from "./attributes.js";
import { type Captured, captured, HIDDEN } from "./captured.js";
import { finishReasons } from "./gen-ai-values.js";
import { answersIn, callsIn } from "./model-messages.js";

/**
 * What a model was asked and answered, by the GenAI conventions: in attributes, or in events on the span as before 1.37. Messages are
 * opt-in: absent means hidden.
 */
export function readMessages({ attributes, events }: ReadableSpan): ModelMessages {
  const said = [attributes, ...(events ?? []).map((event) => event.attributes ?? {})];
  const told = eventMessages(events ?? [], attributes);
  const input = firstCaptured(said, INPUT_KEYS) ?? filled(told.input);
  const output = firstCaptured(said, OUTPUT_KEYS) ?? filled(told.output);
  const calls = captured(attributes["ai.response.toolCalls"]);
  const given = input ?? captured(firstPresent(attributes, AI_SDK_INPUT_KEYS));
  const text = captured(firstPresent(attributes, AI_SDK_OUTPUT_KEYS));
  const requested = [...callsIn(output), ...callsIn(calls)];
  return {
    requested: requested.length > 0 || !saysToolCalls(attributes) ? requested : [UNTOLD_CALL],
    answered: answersIn(isPlainObject(input) ? (input.messages ?? input) : input),
    context: given ?? HIDDEN,
    result: output ?? calls ?? text ?? HIDDEN,
  };
}

const INPUT_KEYS = ["gen_ai.input.messages", "ai.prompt.messages", "ai.prompt", "gen_ai.prompt"];
const OUTPUT_KEYS = ["gen_ai.output.messages", "gen_ai.completion"];

// What it embeds and ranks, and what it gives where that is no message.
const AI_SDK_INPUT_KEYS = ["ai.value", "ai.values", "ai.documents"];
const AI_SDK_OUTPUT_KEYS = [
  "ai.response.text",
  "ai.response.object",
  "ai.embedding",
  "ai.embeddings",
  "ai.ranking",
];

const UNTOLD_CALL: RequestedCall = { name: "tool_calls", callId: undefined, parameters: HIDDEN };

const filled = (list: readonly unknown[]): Captured => (list.length === 0 ? undefined : list);

function firstCaptured(said: readonly Attributes[], keys: readonly string[]): Captured {
  for (const key of keys) {
    const found = said.find((attributes) => attributes[key] !== undefined && attributes[key] !== null);
    if (found !== undefined) return captured(found[key]);
  }
  return undefined;
}

/** With its content hidden, a call still says why it stopped. */
export function saysToolCalls(attributes: Attributes): boolean {
  const reasons = finishReasons(attributes) ?? [];
  return reasons.some((reason) => /^tool[-_]?calls?$|^tool_use$/i.test(String(reason)));
}

interface Messages {
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
}

type Event = Readonly<{ name: string; attributes?: Attributes }>;

// One event a message: `gen_ai.user.message`, `gen_ai.choice`... Pydantic AI keeps such events in an attribute as JSON.
function eventMessages(events: ReadableSpan["events"], attributes: Attributes): Messages {
  const kept = captured(attributes.events);
  const listed = Array.isArray(kept) ? kept.filter(isPlainObject) : [];
  const all: readonly Event[] = [
    ...events.map(({ name, attributes: given }) => ({ name, attributes: given ?? {} })),
    ...listed.map((event) => ({ name: textAt(event, "event.name") ?? "", attributes: event })),
  ];
  return {
    input: all.flatMap((event) => messageOf(event, INPUT_EVENT) ?? []),
    output: all.flatMap((event) => messageOf(event, OUTPUT_EVENT) ?? []),
  };
}

const INPUT_EVENT = /^gen_ai\.(system|user|assistant|tool)\.message$/;
const OUTPUT_EVENT = /^gen_ai\.(choice)$/;

function messageOf({ name, attributes = {} }: Event, pattern: RegExp): Captured {
  const role = pattern.exec(name)?.[1];
  if (role === undefined) return undefined;
  const body = captured(attributes["gen_ai.event.content"]);
  const given: Attributes = isPlainObject(body) ? { ...attributes, ...body } : attributes;
  const inner = captured(given.message);
  const members = Object.entries(given).filter(([key]) => MESSAGE_MEMBERS.has(key));
  const decoded = Object.fromEntries(members.map(([key, value]) => [key, captured(value)]));
  return {
    role: role === "choice" ? "assistant" : role,
    ...decoded,
    ...(isPlainObject(inner) ? inner : inner !== undefined && { content: inner }),
  };
}

const MESSAGE_MEMBERS = new Set([
  "role",
  "content",
  "tool_calls",
  "id",
  "name",
  "tool_call_id",
  "finish_reason",
]);
