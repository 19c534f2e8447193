import fc from "fast-check";

const boom = (): never => {
  throw new RangeError("boom");
};

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

class Point {
  x = 1;
  #secret = 2;
  get secret(): number {
    return this.#secret;
  }
}

class EndlessMap extends Map<string, unknown> {
  override *[Symbol.iterator](): MapIterator<[string, unknown]> {
    for (;;) yield ["again", 1];
  }
  override get size(): number {
    return boom();
  }
}

/** Values that a careless serializer stumbles over, each with a name for the test's message. */
export function hostileValues(): Record<string, unknown> {
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = circle;
  const recursing = { toJSON: (): unknown => ({ again: recursing }) };
  return {
    circle,
    recursing,
    answersItself: { a: 1, toJSON: Object.prototype.valueOf },
    throwingGetter: Object.defineProperty({}, "a", { get: boom, enumerable: true }),
    throwingToJson: { toJSON: boom },
    throwingToJsonGetter: Object.defineProperty({}, "toJSON", { get: boom }),
    throwingOwnKeys: new Proxy({}, { ownKeys: boom }),
    throwingGet: new Proxy({ a: 1 }, { get: boom }),
    throwingPrototype: new Proxy({}, { getPrototypeOf: boom }),
    throwsRevoked: new Proxy(
      { a: 1 },
      {
        get() {
          throw revoked({});
        },
      },
    ),
    functionProxy: new Proxy(() => 1, { get: boom }),
    strangeLength: new Proxy([], { get: (_, key) => (key === "length" ? "many" : 1) }),
    revokedObject: revoked({}),
    revokedArray: revoked([]),
    revokedFunction: revoked(() => 1),
    nullPrototype: Object.assign(Object.create(null), { a: 1 }),
    protoKey: JSON.parse('{"__proto__": {"a": 1}}'),
    bigint: 2n ** 70n,
    hugeBigint: 2n ** 1_000_000n,
    symbol: Symbol("s"),
    symbolKey: { [Symbol("k")]: 1 },
    function: boom,
    classItself: Point,
    instance: new Point(),
    dates: [new Date(0), new Date(Number.NaN)],
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324],
    undefineds: { a: undefined, b: [undefined], c: { d: undefined } },
    endlessMap: new EndlessMap([["a", 1]]),
    objectKeys: new Map([[{ a: 1 }, new Set([1])]]),
    buffers: [Buffer.from("abc"), new Float64Array(3), new ArrayBuffer(8), new DataView(new ArrayBuffer(2))],
    errors: [new TypeError("t", { cause: new Error("c") }), new AggregateError([new Error("one")], "all")],
    throwingMessage: Object.defineProperty(new Error("m"), "message", { get: boom }),
    boxed: [Object(1), Object("two"), Object(true), Object(3n), Object(Symbol("four"))],
    boxedLiar: Object.assign(Object(1), { valueOf: () => ({}) }),
    pattern: /a+/g,
    empties: [Promise.resolve(), new WeakMap(), new Headers(), process.stdout],
    surrogates: ["\ud800", "\udc00\ud800", { "\ud83d": "\0" }],
    sparse: Object.assign(new Array(2), { 1: "after a hole" }),
    hugeSparse: new Array(4_000_000_000),
    deep: nested(10_000),
    wide: new Array(300_000).fill(7),
    blowUp: doubling(60),
    longKey: { ["k".repeat(3_000_000)]: 1, after: 2 },
    controls: "\n".repeat(400_000),
  };
}

export function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { value } : [value];
  return value;
}

// As small in memory as it is endless on paper.
function doubling(levels: number): unknown {
  let value: unknown = { x: 1 };
  for (let level = 0; level < levels; level++) value = { left: value, right: value };
  return value;
}

// fast-check looks into what it generates, and stumbles over the worst of these itself. So it places their names.
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Anything that fast-check can make, with hostile values anywhere inside: call what it gives to have the value. */
export const anyValue: fc.Arbitrary<() => unknown> = fc
  .letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    leaf: fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withNullPrototype: true,
        withBoxedValues: true,
        withObjectString: true,
      }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(...Object.keys(hostileValues())).map((name) => new Placeholder(name)),
    ),
    tree: fc.oneof(
      { depthSize: "small" },
      tie("leaf"),
      fc.array(tie("tree"), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: "binary" }), tie("tree"), { maxKeys: 5 }),
      fc.array(fc.tuple(fc.string(), tie("tree")), { maxLength: 3 }).map((entries) => new Map(entries)),
    ),
  }))
  .tree.map((tree) => () => filled(tree));

function filled(tree: unknown): unknown {
  if (tree instanceof Placeholder) return hostileValues()[tree.name];
  if (Array.isArray(tree)) return tree.map(filled);
  if (tree instanceof Map) return new Map([...tree].map(([key, value]) => [filled(key), filled(value)]));
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype)
    return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, filled(value)]));
}
