import { scopeName } from "../read/dialects/common/attributes.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { OpenSpan } from "./open-spans.js";

/** The most open spans of one layer that are looked at. */
const MAX_UNSORTED = 1_000;

/** The most scopes: one that somebody names anew each time is none. */
const MAX_SCOPES = 200;

/** `undefined`: the span is no call and will not become one; `"unknown"`: it does not say yet what it is. */
export type NameOf = (span: ReadableSpan) => { readonly name: string } | "unknown" | undefined;

/** The open spans of one layer. They are held weakly: one that never ends is no leak. */
interface Layer {
  /** Not looked at yet, by span id. */
  readonly unsorted: Map<string, OpenSpan>;
  /** The names of the calls, by span id. */
  readonly names: Map<string, string>;
  /** The calls, by name and span id. */
  readonly calls: Map<string, Map<string, OpenSpan>>;
}

/**
 * The open spans of a running program by the layer of instrumentation that records them: by scope, then by the span's kind. They are
 * sorted by name when another layer's calls are asked for, so a program with one instrumentation sorts nothing.
 */
export class OpenLayers {
  readonly #scopes = new Map<string, (Layer | undefined)[]>();
  /** How many are in all layers. */
  #size = 0;

  started(span: ReadableSpan, reference: OpenSpan): void {
    const layer = this.#layerOf(span);
    if (layer === undefined || layer.unsorted.size >= MAX_UNSORTED) return;
    const before = layer.unsorted.size;
    layer.unsorted.set(span.spanContext().spanId, reference);
    this.#size += layer.unsorted.size - before;
  }

  ended(span: ReadableSpan): void {
    const layer = this.#scopes.get(scopeName(span))?.[span.kind];
    if (layer === undefined) return;
    const { spanId } = span.spanContext();
    if (layer.unsorted.delete(spanId)) this.#size--;
    else if (layer.names.size > 0) this.#forgetCall(layer, spanId);
  }

  /** Whether another layer than the span's has an open span that may be a call. */
  hasOthers(span: ReadableSpan): boolean {
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    return this.#size > (own === undefined ? 0 : own.unsorted.size + own.names.size);
  }

  /** The open spans of this name in other layers than the span's. */
  *named(name: string, span: ReadableSpan, nameOf: NameOf): Iterable<ReadableSpan> {
    const own = this.#scopes.get(scopeName(span))?.[span.kind];
    for (const layers of this.#scopes.values())
      for (const layer of layers) {
        if (layer === undefined || layer === own) continue;
        if (layer.unsorted.size > 0) this.#sort(layer, nameOf);
        for (const reference of layer.calls.get(name)?.values() ?? []) {
          const other = reference.deref();
          if (other !== undefined && !other.ended) yield other;
        }
      }
  }

  #layerOf(span: ReadableSpan): Layer | undefined {
    const scope = scopeName(span);
    let layers = this.#scopes.get(scope);
    if (layers === undefined) {
      if (this.#scopes.size >= MAX_SCOPES) return undefined;
      layers = [];
      this.#scopes.set(scope, layers);
    }
    layers[span.kind] ??= { unsorted: new Map(), names: new Map(), calls: new Map() };
    return layers[span.kind];
  }

  #sort(layer: Layer, nameOf: NameOf): void {
    for (const [spanId, reference] of layer.unsorted) {
      const span = reference.deref();
      const named = span && nameOf(span);
      if (named === "unknown") continue;
      layer.unsorted.delete(spanId);
      this.#size--;
      if (named === undefined || layer.names.has(spanId)) continue;
      const calls = layer.calls.get(named.name) ?? new Map<string, OpenSpan>();
      layer.calls.set(named.name, calls.set(spanId, reference));
      layer.names.set(spanId, named.name);
      this.#size++;
    }
  }

  #forgetCall(layer: Layer, spanId: string): void {
    const name = layer.names.get(spanId);
    if (name === undefined) return;
    layer.names.delete(spanId);
    this.#size--;
    const calls = layer.calls.get(name);
    calls?.delete(spanId);
    if (calls?.size === 0) layer.calls.delete(name);
  }
}
