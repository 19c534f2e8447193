import { originalOf, overlay } from "../overlay.js";
import type { RecordedOutcome, ToolCallReading, ToolFunction, WrapFunction } from "../trace-function.js";
import { dataAt, mayBeMethod, membersOf } from "./members.js";
import { methodShape, replaceMethods, type ToolShape } from "./tool-shape.js";

/** A tool's result by the Model Context Protocol: `{ content: [...], structuredContent?, isError? }`. */
const mcpResult = {
  result: (value) => plainResult(value),
  failure: (value) => {
    if (membersOf(value).isError !== true) return undefined;
    const plain = plainResult({ content: membersOf(value).content });
    // `tool_error` is the conventions' `error.type` for it.
    return { name: "tool_error", message: typeof plain === "string" ? plain : "the tool says isError" };
  },
  replay: async ({ result, error }: RecordedOutcome) => {
    // A dialect of spans may have recorded the response as it was.
    if (Array.isArray(membersOf(result).content)) return result;
    const isError = error !== undefined;
    const given = result ?? error?.message ?? "";
    if (typeof given === "string") return { content: [{ type: "text", text: given }], isError };
    if (Array.isArray(given) && given.every((part) => typeof membersOf(part).type === "string"))
      return { content: given, isError };
    return { structuredContent: given, content: [{ type: "text", text: JSON.stringify(given) }], isError };
  },
} satisfies ToolCallReading;

// What a reader of the row wants: the structured value, the text where there is nothing but text, else the parts.
function plainResult(value: unknown): unknown {
  const { structuredContent, content } = membersOf(value);
  if (structuredContent !== undefined) return structuredContent;
  if (!Array.isArray(content)) return value;
  const texts = content.map((part) => (membersOf(part).type === "text" ? membersOf(part).text : undefined));
  return texts.every((text) => typeof text === "string") && texts.length > 0 ? texts.join("\n") : content;
}

/** The MCP SDK's `Client`: one method calls all tools of a server. What else it does is no tool call. */
export const mcpClient = methodShape(
  (value) => mayBeMethod(value, "callTool") && mayBeMethod(value, "listTools"),
  ["callTool"],
  {
    name: ([request]) => {
      const { name } = membersOf(request);
      return typeof name === "string" ? name : undefined;
    },
    parameters: ([request]) => membersOf(request).arguments,
    ...mcpResult,
  },
);

/** How a server calls the handler of a tool: with arguments and its own context, or with the context alone. */
const HANDLER_CALL: ToolCallReading = {
  parameters: (args) => (args.length > 1 ? args[0] : undefined),
  sessionId: (args) => membersOf(args.at(-1)).sessionId,
  ...mcpResult,
};

/** A tool for an MCP server in the same process: `tool()` of the Claude Agent SDK, `{ name, inputSchema, handler }`. */
export const mcpTool = methodShape(
  (value) =>
    typeof dataAt(value, "name") === "string" &&
    dataAt(value, "inputSchema") !== undefined &&
    mayBeMethod(value, "handler"),
  ["handler"],
  HANDLER_CALL,
);

/**
 * The MCP SDK's `McpServer`. Tools that are registered through the traced server are traced as they come. Those that it has
 * already are traced where they are: requests reach them past any stand-in, so for these the server itself changes.
 */
export const mcpServer: ToolShape = {
  matches: isServer,
  wrap(_name, server, wrap) {
    wrapRegistered(originalOf(server), wrap);
    return replaceMethods(server, (key, method, receiverOf) =>
      REGISTERING.has(key) ? registering(method, wrap, receiverOf) : undefined,
    );
  },
};

/** What `createSdkMcpServer()` of the Claude Agent SDK gives: `{ type: "sdk", name, instance: McpServer }`. */
export const sdkMcpServer: ToolShape = {
  matches: (value) => dataAt(value, "type") === "sdk" && isServer(membersOf(dataAt(value, "instance"))),
  wrap: (name, config, wrap, receiverOf) =>
    overlay(originalOf(config), () => (key, value) => {
      if (key !== "instance" || typeof value !== "object" || value === null) return value;
      return mcpServer.wrap(name, value, wrap, receiverOf);
    }),
};

const REGISTERING: ReadonlySet<PropertyKey> = new Set(["tool", "registerTool"]);

function isServer(value: object): boolean {
  return mayBeMethod(value, "registerTool") && mayBeMethod(value, "connect");
}

// The handler is the last argument of every form of registration.
function registering(
  register: ToolFunction,
  wrap: WrapFunction,
  receiverOf: (receiver: unknown) => unknown,
): ToolFunction {
  return new Proxy(register, {
    apply(target, receiver: unknown, args: unknown[]) {
      const handler = args.at(-1);
      const given =
        typeof handler === "function" ? [...args.slice(0, -1), wrapped(args[0], handler, wrap)] : args;
      return Reflect.apply(target, receiverOf(receiver), given as never[]);
    },
  });
}

/** What a server runs: `callback` up to version 1.2x of the SDK, `handler` after, and since 2 what is made of that. */
const RUN = ["executor", "handler", "callback"] as const;

function wrapRegistered(server: object, wrap: WrapFunction): void {
  for (const [name, tool] of Object.entries(membersOf(dataAt(server, "_registeredTools")))) {
    const members = membersOf(tool);
    const key = RUN.find((key) => typeof members[key] === "function");
    if (key !== undefined) Reflect.set(members, key, wrapped(name, members[key], wrap));
  }
}

const wrapped = (name: unknown, handler: unknown, wrap: WrapFunction): ToolFunction =>
  wrap(String(name), handler as ToolFunction, (receiver) => receiver, HANDLER_CALL);
