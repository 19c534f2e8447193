import { scopeName } from "../../read/dialects/common/attributes.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { Glances } from "./glances.js";
import { bareToolName } from "./tool-names.js";

/** The most open spans of one layer that are looked at. */
const MAX_UNSORTED = 1_000;

/** The most scopes: one that somebody names anew each time is none. */
const MAX_SCOPES = 200;

/**
 * The calls that are open in this process, by layer and tool. Spans are read when somebody asks about another layer's calls, so
 * a program with one instrumentation reads nothing twice. They are held weakly: one that never ends is no leak.
 */
export class OpenCalls {
  readonly #glances: Glances;
  readonly #ancestorsOf: (span: ReadableSpan) => readonly ReadableSpan[];
  /** By the name of the scope, then by the span's kind. */
  readonly #scopes = new Map<string, (OpenLayer | undefined)[]>();

  constructor(glances: Glances, ancestorsOf: (span: ReadableSpan) => readonly ReadableSpan[]) {
    this.#glances = glances;
    this.#ancestorsOf = ancestorsOf;
  }

  started(span: ReadableSpan, reference: WeakRef<ReadableSpan>): void {
    const layer = this.#layerOf(span);
    if (layer === undefined || layer.unsorted.size >= MAX_UNSORTED) return;
    layer.unsorted.set(span.spanContext().spanId, reference);
  }

  ended(span: ReadableSpan): void {
    const layer = this.#scopes.get(scopeName(span))?.[span.kind];
    if (layer === undefined) return;
    const { spanId } = span.spanContext();
    if (layer.unsorted.delete(spanId)) return;
    const tool = layer.tools.get(spanId);
    if (tool === undefined) return;
    layer.tools.delete(spanId);
    const calls = layer.calls.get(tool);
    calls?.delete(spanId);
    if (calls?.size === 0) layer.calls.delete(tool);
  }

  /** Whether another layer than the span's has an open span that may be a call. */
  hasOthers(span: ReadableSpan): boolean {
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    for (const layers of this.#scopes.values())
      for (const layer of layers)
        if (layer !== undefined && layer !== own && (layer.unsorted.size > 0 || layer.tools.size > 0))
          return true;
    return false;
  }

  /** The open calls of this tool that other layers than the span's recorded. */
  *sameTool(span: ReadableSpan, tool: string): Iterable<ReadableSpan> {
    if (!this.hasOthers(span)) return;
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    const bare = bareToolName(tool);
    for (const layers of this.#scopes.values())
      for (const layer of layers) {
        if (layer === undefined || layer === own) continue;
        if (layer.unsorted.size > 0) this.#sort(layer);
        for (const reference of layer.calls.get(bare)?.values() ?? []) {
          const call = reference.deref();
          if (call !== undefined && !call.ended) yield call;
        }
      }
  }

  ancestorsOf(span: ReadableSpan): readonly ReadableSpan[] {
    return this.#ancestorsOf(span);
  }

  #layerOf(span: ReadableSpan): OpenLayer | undefined {
    const scope = scopeName(span);
    let layers = this.#scopes.get(scope);
    if (layers === undefined) {
      if (this.#scopes.size >= MAX_SCOPES) return undefined;
      layers = [];
      this.#scopes.set(scope, layers);
    }
    layers[span.kind] ??= { unsorted: new Map(), tools: new Map(), calls: new Map() };
    return layers[span.kind];
  }

  // A span without attributes may still say what it is; one that has some and is no call will not become one.
  #sort(layer: OpenLayer): void {
    for (const [spanId, reference] of layer.unsorted) {
      const span = reference.deref();
      const glance = span && this.#glances.at(span, () => this.#ancestorsOf(span));
      if (glance?.attributes === 0) continue;
      layer.unsorted.delete(spanId);
      if (glance?.sight?.is !== "tool_call") continue;
      const tool = bareToolName(glance.sight.name);
      layer.tools.set(spanId, tool);
      const calls = layer.calls.get(tool) ?? new Map<string, WeakRef<ReadableSpan>>();
      layer.calls.set(tool, calls.set(spanId, reference));
    }
  }
}

interface OpenLayer {
  /** By span id. */
  readonly unsorted: Map<string, WeakRef<ReadableSpan>>;
  /** The bare tool names of the calls, by span id. */
  readonly tools: Map<string, string>;
  /** The calls, by bare tool name and span id. */
  readonly calls: Map<string, Map<string, WeakRef<ReadableSpan>>>;
}
