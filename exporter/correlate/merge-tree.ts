import type { RecordedCall } from "./observation.js";

/** Which calls went into which, and which may be the same as which. */
export class MergeTree {
  readonly calls: readonly RecordedCall[];
  readonly #outer = new Map<RecordedCall, RecordedCall>();
  readonly #inside = new Map<RecordedCall, RecordedCall[]>();
  readonly #links = new Map<RecordedCall, RecordedCall>();
  readonly #linked = new Map<RecordedCall, RecordedCall[]>();

  constructor(calls: readonly RecordedCall[]) {
    this.calls = calls;
  }

  /** The two are one call. */
  merge(inner: RecordedCall, outer: RecordedCall): void {
    this.#outer.set(inner, outer);
    const inside = this.#inside.get(outer);
    if (inside) inside.push(inner);
    else this.#inside.set(outer, [inner]);
  }

  /** The two may be one call. */
  link(call: RecordedCall, other: RecordedCall): void {
    this.#links.set(call, other);
    const linked = this.#linked.get(other);
    if (linked) linked.push(call);
    else this.#linked.set(other, [call]);
  }

  /** The call went into another one, and is not the same after all: it may be. */
  separate(call: RecordedCall): void {
    const outer = this.#outer.get(call);
    if (outer === undefined) return;
    this.#outer.delete(call);
    this.#inside.set(
      outer,
      this.inside(outer).filter((other) => other !== call),
    );
    this.link(call, outer);
  }

  /** Those that went directly into this one. */
  inside(call: RecordedCall): readonly RecordedCall[] {
    return this.#inside.get(call) ?? NONE;
  }

  /** Those that may be this one. */
  linkedTo(call: RecordedCall): readonly RecordedCall[] {
    return this.#linked.get(call) ?? NONE;
  }

  /** The outermost layer of a call. */
  outermost(call: RecordedCall): RecordedCall {
    return this.chain(call).at(-1) ?? call;
  }

  /** A call, the one that it went into, and so on to the outermost. */
  chain(call: RecordedCall): readonly RecordedCall[] {
    const chain = [call];
    for (let next = this.#outer.get(call); next !== undefined; next = this.#outer.get(next)) chain.push(next);
    return chain;
  }

  /** A call and all that went into it. */
  layers(call: RecordedCall): readonly [RecordedCall, ...RecordedCall[]] {
    const layers: [RecordedCall, ...RecordedCall[]] = [call];
    for (const layer of layers) layers.push(...this.inside(layer));
    return layers;
  }

  /** Each call once, with its layers from the outermost to the innermost, and a layer of another call that it may be. */
  *groups(): Iterable<{
    readonly layers: readonly [RecordedCall, ...RecordedCall[]];
    readonly mayBe: RecordedCall | undefined;
  }> {
    for (const call of this.calls) {
      if (this.#outer.has(call)) continue;
      const layers = this.layers(call);
      const own = new Set(layers);
      const links = layers.flatMap((layer) => this.#links.get(layer) ?? []);
      yield { layers, mayBe: links.find((other) => !own.has(other)) };
    }
  }
}

const NONE: readonly RecordedCall[] = [];
