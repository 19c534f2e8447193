import { dataAt, type Members, mayBeMethod, membersOf } from "./members.js";
import { methodShape } from "./tool-shape.js";

/** A tool for the Anthropic SDK's tool runner: `betaTool()`, `betaZodTool()`, `betaMemoryTool()`, with `run`. */
export const anthropicRunnableTool = methodShape(
  (value) =>
    typeof dataAt(value, "run") === "function" &&
    typeof dataAt(value, "name") === "string" &&
    (dataAt(value, "input_schema") !== undefined || typeof dataAt(value, "type") === "string"),
  ["run"],
  {
    parameters: ([input]) => input,
    // The context says which block of the model's message is served; `toolUseBlock` in older versions.
    toolCallId: ([, context]) => {
      const { toolUse, toolUseBlock } = membersOf(context);
      return membersOf(toolUse ?? toolUseBlock).id;
    },
  },
);

/** A tool of LangChain: `tool()`, `StructuredTool`, `DynamicStructuredTool`. An agent gives it the model's tool call as a whole. */
export const langchainTool = methodShape(
  (value) =>
    dataAt(value, "lc_runnable") === true && mayBeMethod(value, "invoke") && mayBeMethod(value, "call"),
  ["invoke", "call", "func"],
  {
    parameters: ([input]) => langchainCall(input)?.args ?? input,
    toolCallId: ([input, config]) => langchainCall(input)?.id ?? membersOf(membersOf(config).toolCall).id,
    result: (value) => toolMessage(value)?.content ?? value,
    failure(value) {
      const message = toolMessage(value);
      if (message?.status !== "error") return undefined;
      return { name: "tool_error", message: String(message.content) };
    },
    // LangChain itself makes a message of the result, where it was given a model's tool call: only what does the work is replaced.
    replay({ result, error }, { method, receiver, args }) {
      const answer = async () => {
        if (error !== undefined) throw error;
        return result;
      };
      const answering = Object.create(receiver as object, {
        func: { value: answer },
        _call: { value: answer },
      });
      return Reflect.apply(method, answering, args);
    },
  },
);

function langchainCall(input: unknown): Members | undefined {
  const call = membersOf(input);
  return call.type === "tool_call" && "args" in call ? call : undefined;
}

function toolMessage(value: unknown): Members | undefined {
  const message = membersOf(value);
  return "tool_call_id" in message && "content" in message ? message : undefined;
}

/** `createTool()` of Mastra: `{ id, inputSchema, execute(input, context) }`. */
export const mastraTool = methodShape(
  (value) =>
    typeof dataAt(value, "id") === "string" &&
    typeof dataAt(value, "type") !== "string" &&
    dataAt(value, "description") !== undefined &&
    mayBeMethod(value, "execute"),
  ["execute"],
  {
    parameters: ([input]) => mastraInput(input),
    toolCallId: ([, context]) =>
      membersOf(membersOf(context).agent).toolCallId ?? membersOf(context).toolCallId,
    // What does not fit a schema is reported to the model as a result.
    failure(value) {
      const { error, message } = membersOf(value);
      return error === true && typeof message === "string"
        ? { name: "validation_error", message }
        : undefined;
    },
  },
);

// Up to version 0.x one argument has all: `{ context: input, runtimeContext, ... }`.
function mastraInput(input: unknown): unknown {
  const all = membersOf(input);
  return "context" in all && "runtimeContext" in all ? all.context : input;
}

/** By which the ecosystem's tool objects are called. */
const METHODS = ["execute", "invoke", "func", "call", "handler"];

/**
 * An object with a method that does the work: the AI SDK's `tool({ execute })` and `dynamicTool()`, and others with `invoke`,
 * `func`, `call` or `handler`. The first argument is the input, what follows is the framework's (abort signals, contexts).
 */
export const methodTool = methodShape(
  (value) => METHODS.some((method) => mayBeMethod(value, method)),
  METHODS,
  {
    parameters: ([input]) => input,
    // The AI SDK says the call's id in the second argument.
    toolCallId: ([, context]) => membersOf(context).toolCallId,
  },
);
