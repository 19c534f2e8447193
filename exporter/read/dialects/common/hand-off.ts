import { isPlainObject } from "../../../../src/event/json.js";
import { textAt } from "./attributes.js";
import { type Captured, HIDDEN } from "./captured.js";

/**
 * The agent that a tool hands the work to, where the tool is one of those that frameworks make for it: `handoff` with the agent as an
 * argument (LlamaIndex), or `transfer_to_<agent>` that says nothing but that it did (AutoGen, LangGraph, OpenAI's Swarm).
 */
export function handOffTool(name: string, parameters: Captured, result: Captured): string | undefined {
  if (name === "handoff" && isPlainObject(parameters)) return textAt(parameters, "to_agent");
  const target = TRANSFER.exec(name)?.[1];
  if (target === undefined) return undefined;
  return result === HIDDEN || (typeof result === "string" && DONE.test(result)) ? target : undefined;
}

const TRANSFER = /^transfer_to_(.+)$/;
const DONE = /^(?:Successfully )?transferred to /i;

/** Python's way of printing an object that has no way of its own: what a framework binds in beside the model's arguments. */
const OBJECT = /^<[\w.]+ object(?: at 0x[\da-f]+)?>$/i;

/** What the model gave, without the framework's own objects. */
export function withoutObjects(parameters: Captured): Captured {
  if (!isPlainObject(parameters)) return parameters;
  const given = Object.entries(parameters).filter(
    ([, value]) => !(typeof value === "string" && OBJECT.test(value)),
  );
  return given.length === Object.keys(parameters).length ? parameters : Object.fromEntries(given);
}
