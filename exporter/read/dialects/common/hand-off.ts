import { isPlainObject } from "../../../../src/event/json.js";
import { firstText } from "./attributes.js";
import { type Captured, HIDDEN } from "./captured.js";

/**
 * The agent that a tool hands the work to, where the tool is one of those that frameworks make for it: one with the agent as an argument
 * (`handoff` of LlamaIndex, `handoff_to_agent` of Strands, `transfer_to_agent` of Google's kit), or `transfer_to_<agent>` that says nothing
 * but that it did (AutoGen, LangGraph, OpenAI's Swarm, the Agent Framework).
 */
export function handOffTool(name: string, parameters: Captured, result: Captured): string | undefined {
  if (TO_ARGUMENT.test(name) && isPlainObject(parameters)) {
    const named = firstText(parameters, ["to_agent", "agent_name", "agentName"]);
    if (named !== undefined) return named;
  }
  const target = TRANSFER.exec(name)?.[1];
  if (target === undefined) return undefined;
  return result === HIDDEN || (typeof result === "string" && DONE.test(result)) ? target : undefined;
}

const TO_ARGUMENT = /^(?:hand_?off|(?:hand_?off|transfer)_to_agent)$/;
const TRANSFER = /^(?:transfer|hand_?off)_to_(.+)$/;
const DONE = /^(?:Successfully )?(?:transferred|hand(?:ing|ed) (?:off|over)) to /i;

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
