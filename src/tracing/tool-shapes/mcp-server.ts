import { originalOf, overlay } from "../overlay.js";
import { type ToolFunction, traceFunction } from "../trace-function.js";
import type { TraceToolOptions } from "../trace-tool-options.js";
import { dataAt, mayBeMethod } from "./data-at.js";
import { MCP_HANDLER } from "./mcp-tool.js";
import { membersOf } from "./members-of.js";
import type { ToolShape } from "./tool-shape.js";
import { replaceMethods } from "./trace-methods.js";

/**
 * The MCP SDK's `McpServer`. Tools that are registered through the traced server are traced as they come. Those that it has
 * already are traced where they are: requests reach them past any stand-in, so for these the server itself changes.
 */
export const mcpServer: ToolShape = {
  matches: isServer,
  trace(_name, server, options) {
    traceRegistered(originalOf(server), options);
    return replaceMethods(server, (key, method, receiverOf) =>
      REGISTERING.has(key) ? registering(method, options, receiverOf) : undefined,
    );
  },
};

/** What `createSdkMcpServer()` of the Claude Agent SDK gives: `{ type: "sdk", name, instance: McpServer }`. */
export const sdkMcpServer: ToolShape = {
  matches: (value) => dataAt(value, "type") === "sdk" && isServer(membersOf(dataAt(value, "instance"))),
  trace: (name, config, options, receiverOf) =>
    overlay(originalOf(config), () => (key, value) => {
      if (key !== "instance" || typeof value !== "object" || value === null) return value;
      return mcpServer.trace(name, value, options, receiverOf);
    }),
};

const REGISTERING: ReadonlySet<PropertyKey> = new Set(["tool", "registerTool"]);

function isServer(value: object): boolean {
  return mayBeMethod(value, "registerTool") && mayBeMethod(value, "connect");
}

// The handler is the last argument of every form of registration.
function registering(
  register: ToolFunction,
  options: TraceToolOptions,
  receiverOf: (receiver: unknown) => unknown,
): ToolFunction {
  return new Proxy(register, {
    apply(target, receiver: unknown, args: unknown[]) {
      const handler = args.at(-1);
      const given =
        typeof handler === "function" ? [...args.slice(0, -1), traced(args[0], handler, options)] : args;
      return Reflect.apply(target, receiverOf(receiver), given as never[]);
    },
  });
}

/** What a server runs: `callback` up to version 1.2x of the SDK, `handler` after, and since 2 what is made of that. */
const RUN = ["executor", "handler", "callback"] as const;

function traceRegistered(server: object, options: TraceToolOptions): void {
  for (const [name, tool] of Object.entries(membersOf(dataAt(server, "_registeredTools")))) {
    const members = membersOf(tool);
    const key = RUN.find((key) => typeof members[key] === "function");
    if (key !== undefined) Reflect.set(members, key, traced(name, members[key], options));
  }
}

const traced = (name: unknown, handler: unknown, options: TraceToolOptions): ToolFunction =>
  traceFunction(String(name), handler as ToolFunction, options, undefined, MCP_HANDLER);
