import { types } from "node:util";
import { originalOf, overlay, type Replace } from "./overlay.js";
import { FRAMEWORK_SHAPES, TOOL_SHAPES } from "./tool-shapes/index.js";
import type { WrapFunction } from "./trace-function.js";

/** Runs the reading of one tool. What it does when that throws is of the caller's kind: report it and leave the tool as it is, or refuse. */
export type ToolGuard = <Value>(problem: string, work: () => Value) => Value | undefined;

/**
 * The same tool set, in which other functions do the work of each tool. Of any shape that the ecosystem uses; what is no tool stays what it is.
 *
 * @param wrap makes the function that stands in the place of a tool's own
 */
export function wrapTools(tools: object, wrap: WrapFunction, guard: ToolGuard): object {
  return new ToolWrapper(wrap, guard).set(tools);
}

/** A list longer than this is none of tools, and walking it would hold up the agent. */
const MAX_TOOLS = 100_000;

class ToolWrapper {
  readonly #wrap: WrapFunction;
  readonly #guard: ToolGuard;

  constructor(wrap: WrapFunction, guard: ToolGuard) {
    this.#wrap = wrap;
    this.#guard = guard;
  }

  set(tools: object): object {
    if (Array.isArray(tools)) return this.#list(tools);
    if (types.isMap(tools)) return this.#map(tools);
    if (FRAMEWORK_SHAPES.some((shape) => shape.matches(tools)))
      return this.#item(this.#nameOf(tools), tools) as object;
    const original = originalOf(tools);
    return overlay(original, (standIn) => this.#member(original, standIn));
  }

  #list(tools: readonly unknown[]): readonly unknown[] {
    if (!(tools.length <= MAX_TOOLS))
      throw new RangeError(`a list of ${tools.length} cannot be one of tools`);
    const wrapped = tools.map((tool) => this.#item(this.#nameOf(tool), tool));
    return Object.isFrozen(tools) ? Object.freeze(wrapped) : wrapped;
  }

  #map(tools: Map<unknown, unknown>): Map<unknown, unknown> {
    const wrapped = new Map<unknown, unknown>();
    // The built-in method: a subclass may iterate for ever.
    Map.prototype.forEach.call(tools, (tool, key) => wrapped.set(key, this.#item(key, tool)));
    return wrapped;
  }

  #member(original: object, standIn: () => object): Replace {
    const receiverOf = (receiver: unknown) => (receiver === standIn() ? original : receiver);
    return (key, value) => (isToolKey(original, key) ? this.#item(key, value, receiverOf) : value);
  }

  #item(name: unknown, tool: unknown, receiverOf = (receiver: unknown) => receiver): unknown {
    if ((typeof tool !== "object" || tool === null) && typeof tool !== "function") return tool;
    const wrapped = this.#guard("a tool could not be traced", () =>
      TOOL_SHAPES.find((shape) => shape.matches(tool))?.wrap(
        name === undefined ? "" : String(name),
        tool,
        this.#wrap,
        receiverOf,
      ),
    );
    return wrapped ?? tool;
  }

  // Mastra's tools have an id for a name.
  #nameOf(tool: unknown): unknown {
    return this.#guard("the name of a tool could not be read", () => {
      const { name, id } = (tool ?? {}) as { readonly name?: unknown; readonly id?: unknown };
      return name ?? id;
    });
  }
}

const NEVER_TOOLS: ReadonlySet<string> = new Set(["constructor", "then", "toJSON"]);

// What every object inherits is no tool; its own `toString` may be one.
function isToolKey(tools: object, key: PropertyKey): key is string {
  if (typeof key !== "string" || NEVER_TOOLS.has(key)) return false;
  return !(key in Object.prototype) || Object.hasOwn(tools, key);
}
