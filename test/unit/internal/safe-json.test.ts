import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toJson } from "../../../src/internal/safe-json.js";
import { anyValue, hostileValues, nested } from "./hostile-values.js";

const parsed = (value: unknown, limits?: Parameters<typeof toJson>[1]): unknown =>
  JSON.parse(toJson(value, limits));
const bytesOf = (text: string): number => Buffer.byteLength(text, "utf8");

describe("whatever it is given", () => {
  test.each(Object.keys(hostileValues()))("%s becomes JSON within the budget", (name) => {
    const text = toJson(hostileValues()[name]);
    expect(() => JSON.parse(text)).not.toThrow();
    expect(bytesOf(text)).toBeLessThanOrEqual(950_000);
  });

  test("any value becomes JSON within any budget", () => {
    fc.assert(
      fc.property(anyValue, fc.integer({ min: 64, max: 5_000 }), (value, maxBytes) => {
        const text = toJson(value(), { maxBytes });
        JSON.parse(text);
        expect(bytesOf(text)).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 500 },
    );
  });

  test("what JSON can say is said as JSON.stringify says it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(toJson(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  test("a larger budget changes nothing of what fits into the usual one", () => {
    const same = (one: unknown, other: unknown) => {
      const text = toJson(one);
      // What does not fit is cut, and says so.
      if (!text.includes("…"))
        expect(toJson(other, { maxBytes: 1_000_000 }) === text, text.slice(0, 200)).toBe(true);
    };
    const again = hostileValues();
    for (const [name, value] of Object.entries(hostileValues())) same(value, again[name]);
    fc.assert(
      fc.property(anyValue, (value) => same(value(), value())),
      { numRuns: 300 },
    );
    const odd = [
      Number.NaN,
      -0,
      undefined,
      10n,
      () => 1,
      Symbol("s"),
      new Date(0),
      new Map([[1, 2]]),
      new Array(2),
    ];
    for (const one of odd) same({ one, list: [one] }, { one, list: [one] });
    same({ toJSON: () => "x" }, { toJSON: () => "x" });
    same(nested(300), nested(300));
  });

  test("a budget below 64 bytes counts as 64", () => {
    expect(toJson("short", { maxBytes: 1 })).toBe('"short"');
    expect(bytesOf(toJson("long".repeat(100), { maxBytes: 1 }))).toBeLessThanOrEqual(64);
  });

  test("a stack that is nearly used up gives JSON or an error of the host, never a broken text", () => {
    const texts: string[] = [];
    const descend = (): void => {
      texts.push(toJson({ a: [{ b: 1 }] }));
      descend();
    };
    expect(descend).toThrow(RangeError);
    for (const text of new Set(texts)) JSON.parse(text);
  });
});

describe("the form of what JSON has no form for", () => {
  test.each<[string, unknown, unknown]>([
    ["undefined", undefined, null],
    ["NaN and infinities by name", [Number.NaN, -Infinity], ["NaN", "-Infinity"]],
    ["a bigint as digits", 12345678901234567890n, "12345678901234567890"],
    ["a symbol and a function by name", [Symbol("s"), parsed], ["Symbol(s)", "[function parsed]"]],
    ["dates", [new Date(0), new Date(Number.NaN)], ["1970-01-01T00:00:00.000Z", "Invalid Date"]],
    ["a map with texts for keys as an object", new Map([["a", new Set([1, 2])]]), { a: [1, 2] }],
    ["any other map as pairs", new Map([[1, "one"]]), [[1, "one"]]],
    ["a pattern as text", /a+/g, "/a+/g"],
    ["boxed primitives unboxed", [Object(1), Object("two"), Object(3n)], [1, "two", "3"]],
    [
      "an instance by its own properties",
      new (class {
        x = 1;
      })(),
      { x: 1 },
    ],
    ["an instance without any by its class", [new Headers(), Promise.resolve()], ["[Headers]", "[Promise]"]],
    ["an event emitter by its class", process, "[process]"],
    ["what has toJSON by its answer", [new URL("http://a.b/c"), { toJSON: () => 7 }], ["http://a.b/c", 7]],
    ["circles", hostileValues().circle, { name: "circle", self: "[circular]" }],
    ["what throws by what it threw", hostileValues().throwingGetter, { a: "[threw RangeError: boom]" }],
    ["a Buffer", Buffer.from("abc"), { type: "Buffer", bytes: 3, base64: "YWJj" }],
  ])("%s", (_, value, form) => {
    expect(parsed(value)).toEqual(form);
  });

  test("an error by name, message, code, cause and errors, and nothing else that hangs on it", () => {
    const error = Object.assign(new TypeError("no", { cause: new Error("why") }), {
      code: "E_NO",
      config: { headers: { authorization: "secret" } },
    });
    expect(parsed(error)).toEqual({
      name: "TypeError",
      message: "no",
      code: "E_NO",
      cause: { name: "Error", message: "why" },
    });
    expect(parsed(new AggregateError([new Error("one")], "all"))).toMatchObject({
      errors: [{ name: "Error", message: "one" }],
    });
  });

  test("an object whose toJSON throws does not show its fields: they may be what it hides", () => {
    const value = { password: "hunter2", toJSON: () => Promise.reject.call(null) };
    expect(toJson(value)).toMatch(/^"\[threw TypeError: /);
    expect(toJson(value)).not.toContain("hunter2");
  });

  test("of a large buffer the first 4,096 bytes and the length", () => {
    const shown = parsed(Buffer.alloc(50_000_000, 1)) as { bytes: number; base64: string };
    expect(shown.bytes).toBe(50_000_000);
    expect(Buffer.from(shown.base64, "base64")).toEqual(Buffer.alloc(4_096, 1));
  });

  test("an own key __proto__ stays a key", () => {
    expect(toJson(JSON.parse('{"__proto__": 1}'))).toBe('{"__proto__":1}');
  });

  test("getters of a value are read once", () => {
    let reads = 0;
    const value = Object.defineProperty({}, "a", { get: () => ++reads, enumerable: true });
    expect(parsed(value)).toEqual({ a: 1 });
  });
});

describe("what is too large", () => {
  test("900 kB travel whole", () => {
    const text = "r".repeat(900_000);
    expect(parsed({ text })).toEqual({ text });
  });

  test("a long text says at the cut how long it was, and its SHA-256", () => {
    const text = "é".repeat(1_000_000);
    const cut = parsed(text) as string;
    const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
    expect(cut.slice(0, 100_000)).toBe(text.slice(0, 100_000));
    expect(cut.endsWith(`…[trimmed: 2000000 bytes, sha256 ${sha256}]`)).toBe(true);
  });

  test("as much of a text is kept as there is room for, whatever its characters take", () => {
    const texts = ["x", "é", "😀", '"\\', "\u0001", "line\n  of a file\n"].map((piece) =>
      piece.repeat(400_000),
    );
    const mixed = `${"x".repeat(500_000)}${"\u0001".repeat(500_000)}`;
    for (const text of [...texts, mixed]) {
      const bytes = bytesOf(toJson(text, { maxBytes: 200_000 }));
      expect(bytes).toBeLessThanOrEqual(200_000);
      expect(bytes, text.slice(0, 8)).toBeGreaterThan(195_000);
    }
  });

  test("of a text of 50 MB only the length, since its hash would hold up the agent", () => {
    expect(parsed("x".repeat(50_000_000))).toMatch(/x…\[trimmed: 50000000 characters\]$/);
  });

  test("a huge part does not push out the small one beside it", () => {
    const value = parsed({ content: "x".repeat(2_000_000), items: new Array(3_000_000).fill(1), path: "/a" });
    expect(value).toMatchObject({ path: "/a" });
  });

  test("what is left out of lists and objects is counted", () => {
    const list = parsed(new Array(1_000).fill("item"), { maxBytes: 500 }) as string[];
    const kept = list.length - 1;
    expect(list.slice(0, kept)).toEqual(new Array(kept).fill("item"));
    expect(list.at(-1)).toBe(`… ${1_000 - kept} more`);

    const record = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, index]));
    expect(parsed(record, { maxItems: 2 })).toEqual({ key0: 0, key1: 1, "…": "98 more" });
    expect(parsed([1, 2, 3], { maxItems: 2 })).toEqual([1, 2, "… 1 more"]);
  });

  test("levels beyond the deepest are named", () => {
    expect(parsed(nested(4), { maxDepth: 3 })).toEqual([{ value: ["[nested too deep]"] }]);
    expect(toJson(nested(10_000))).toContain('"[nested too deep]"');
  });

  test("an emoji is never cut in half", () => {
    for (let maxBytes = 64; maxBytes < 90; maxBytes++) {
      expect((parsed("😀".repeat(100), { maxBytes }) as string).isWellFormed()).toBe(true);
    }
  });

  test("it reads no more items of a huge list than fit", () => {
    let reads = 0;
    const list = new Proxy(new Array(10_000_000), {
      get: (target, key) => (key === "length" ? target.length : ++reads && "item"),
    });
    toJson(list, { maxBytes: 10_000 });
    expect(reads).toBeLessThan(10_000);
  });
});
