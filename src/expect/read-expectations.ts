import { isPlainObject, type JsonValue } from "../event/json.js";
import {
  type ArgumentMode,
  argumentModeOf,
  type Expectation,
  type ExpectedCall,
  type ExpectedCount,
  matchModeOf,
} from "./expectation.js";

/** A file of expectations cannot be understood. The message says where, and what is expected there. */
export class ExpectationError extends Error {
  override readonly name = "ExpectationError";
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Expectations from a parsed JSON file: our own form (`{ match, arguments, calls: [{ tool, arguments }] }`), an eval set of Google's ADK, a list of messages with
 * `tool_calls` (agentevals), or assertions of promptfoo (`trajectory:...`).
 *
 * @throws ExpectationError
 */
export function readExpectations(given: unknown): readonly Expectation[] {
  const found = isPlainObject(given) ? fromObject(given) : Array.isArray(given) ? fromList(given) : undefined;
  if (found === undefined || found.length === 0)
    throw new ExpectationError(
      "There is nothing in it that is expected of a run. Forms: { calls: [{ tool, arguments }] }, an eval set of ADK, messages with tool_calls, assertions trajectory:... of promptfoo.",
    );
  return found;
}

function fromObject(given: Members): readonly Expectation[] | undefined {
  if (Array.isArray(given.calls)) return [ownForm(given)];
  const cases = given.evalCases ?? given.eval_cases;
  if (Array.isArray(cases)) return cases.map(adkCase);
  if (Array.isArray(given.conversation)) return [adkCase(given, 0)];
  const assertions = given.assert ?? given.assertions;
  if (Array.isArray(assertions)) return fromList(assertions);
  return Array.isArray(given.messages) ? fromList(given.messages) : undefined;
}

function fromList(items: readonly unknown[]): readonly Expectation[] | undefined {
  const objects = items.filter(isPlainObject);
  if (objects.length !== items.length) return undefined;
  if (objects.some(({ type }) => typeof type === "string" && type.startsWith("trajectory:")))
    return objects.map(promptfooAssertion);
  if (objects.some(({ role }) => typeof role === "string"))
    return [{ name: "calls of the messages", calls: objects.flatMap(messageCalls) }];
  // A bare list of calls.
  return objects.every((item) => "tool" in item || "name" in item)
    ? [{ name: "calls", calls: objects.map((item, index) => callOf(item, `[${index}]`)) }]
    : undefined;
}

function ownForm(given: Members): Expectation {
  const calls = (given.calls as readonly unknown[]).map((call, index) => callOf(call, `$.calls[${index}]`));
  const match = given.match === undefined ? undefined : word(given.match, matchModeOf, "$.match");
  const mode =
    given.arguments === undefined ? undefined : word(given.arguments, argumentModeOf, "$.arguments");
  return {
    name: typeof given.name === "string" ? given.name : "calls",
    calls,
    ...(match !== undefined && { match }),
    ...(mode !== undefined && { argumentMode: mode }),
  };
}

function word<Word>(given: unknown, read: (text: string) => Word | undefined, path: string): Word {
  const found = typeof given === "string" ? read(given) : undefined;
  if (found === undefined)
    throw new ExpectationError(`${path}: ${JSON.stringify(given)} is no word that is known here.`);
  return found;
}

/** `{ tool, arguments }`, and by other names: `name`, `args`, `input`. */
function callOf(given: unknown, path: string): ExpectedCall {
  if (typeof given === "string") return { tool: given };
  if (!isPlainObject(given))
    throw new ExpectationError(`${path}: a call is an object with tool and arguments.`);
  const tool = given.tool ?? given.name ?? given.pattern;
  if (typeof tool !== "string" || tool === "")
    throw new ExpectationError(`${path}.tool: the name of a tool is expected.`);
  const input = given.arguments ?? given.args ?? given.input;
  checkPatterns(input, `${path}.arguments`);
  const mode = given.mode === undefined ? undefined : word(given.mode, argumentModeOf, `${path}.mode`);
  return {
    tool,
    // Parsed from JSON.
    ...(input !== undefined && { arguments: input as JsonValue }),
    ...(mode !== undefined && { argumentMode: mode }),
  };
}

/** A pattern that cannot be used is said here, with its place, and not when it is first needed. */
function checkPatterns(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key !== "$regex") {
      checkPatterns(member, `${path}.${key}`);
      continue;
    }
    try {
      new RegExp(String(member), "u");
    } catch (error) {
      throw new ExpectationError(`${path}.$regex: ${(error as Error).message}`);
    }
  }
}

/** An eval case of ADK: the tools that its turns use, one after another. Names are in camel case, in older files with underscores. */
function adkCase(given: unknown, index: number): Expectation {
  if (!isPlainObject(given)) throw new ExpectationError(`Eval case ${index} is no object.`);
  const turns = Array.isArray(given.conversation) ? given.conversation : [];
  const calls = turns.flatMap((turn, at) => {
    const data = isPlainObject(turn) ? (turn.intermediateData ?? turn.intermediate_data) : undefined;
    const uses = isPlainObject(data) ? (data.toolUses ?? data.tool_uses) : undefined;
    return Array.isArray(uses)
      ? uses.map((use, number) => callOf(use, `conversation[${at}].intermediateData.toolUses[${number}]`))
      : [];
  });
  const id = given.evalId ?? given.eval_id;
  return { name: typeof id === "string" ? id : `eval case ${index + 1}`, calls };
}

/** The calls that a message asks for, in OpenAI's form and in LangChain's. */
function messageCalls(message: Members): ExpectedCall[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return calls.map((call, index) => {
    const outer = isPlainObject(call) ? call : {};
    const inner = isPlainObject(outer.function) ? outer.function : outer;
    const input = inner.arguments ?? inner.args;
    return callOf(
      { tool: inner.name, arguments: typeof input === "string" ? parsed(input) : input },
      `tool_calls[${index}]`,
    );
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const KINDS = ["tool-used", "tool-sequence", "tool-args-match", "step-count"];

function promptfooAssertion({ type, value }: Members, index: number): Expectation {
  const kind = String(type).replace("trajectory:", "");
  const name = `${type} ${index + 1}`;
  const members: Members = isPlainObject(value) ? value : {};
  switch (kind) {
    case "tool-used": {
      if (Array.isArray(value))
        return {
          name,
          match: "any-order",
          argumentMode: "ignore",
          calls: value.map((tool) => callOf(tool, name)),
        };
      return { name, count: countOf(typeof value === "string" ? { name: value } : members, 1) };
    }
    case "tool-sequence": {
      const steps = Array.isArray(value) ? value : members.steps;
      if (!Array.isArray(steps))
        throw new ExpectationError(`${name}: value is a list of tools, or has steps.`);
      const match = members.mode === undefined ? "in-order" : word(members.mode, matchModeOf, `${name}.mode`);
      return { name, match, argumentMode: "ignore", calls: steps.map((step) => callOf(step, name)) };
    }
    case "tool-args-match": {
      const mode: ArgumentMode =
        members.mode === undefined ? "superset" : word(members.mode, argumentModeOf, `${name}.mode`);
      const { mode: _, ...call } = members;
      return { name, match: "any-order", argumentMode: mode, calls: [callOf(call, name)] };
    }
    case "step-count":
      return { name, count: countOf(members, 0) };
    default:
      throw new ExpectationError(
        `${JSON.stringify(type)} cannot be checked here: ${KINDS.map((known) => `trajectory:${known}`).join(", ")} can.`,
      );
  }
}

function countOf(given: Members, least: number): ExpectedCount {
  const tool = given.name ?? given.pattern;
  const types = given.types ?? (given.type === undefined ? undefined : [given.type]);
  return {
    ...(typeof tool === "string" && { tool }),
    ...(Array.isArray(types) && { types: types.map((type) => STEP_TYPES[String(type)] ?? String(type)) }),
    minimum: typeof given.min === "number" ? given.min : least,
    ...(typeof given.max === "number" && { maximum: given.max }),
  };
}

/** Steps of promptfoo by our types of action. */
const STEP_TYPES: Readonly<Record<string, string>> = { tool: "tool_call", reasoning: "decision" };
