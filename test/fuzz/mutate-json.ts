import type { Draw } from "./draw.js";

/** Values that parsers, validators and databases trip over. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  "",
  0,
  -1,
  1e308,
  -0,
  2 ** 53 + 2,
  "9".repeat(400),
  "-9223372036854775809",
  "18446744073709551616",
  "NaN",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "\u202egnp.exe",
  "\ufeff",
  "%00%ff%zz",
  "' or 1=1 --",
  "<script>alert(1)</script>",
  "2026-02-30T25:61:61Z",
  "0001-01-01T00:00:00Z",
  "infinity",
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: { prototype: { polluted: true } } },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Array.from({ length: 300 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, at])),
];

/** Texts that take their own place, because no value is serialised like them. */
const HOSTILE_TEXTS = [
  `${"[".repeat(2_000)}${"]".repeat(2_000)}`,
  `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
  "1e999",
  "-1e-999",
  "0".repeat(300),
  `1${"0".repeat(5_000)}`,
  `[${"0,".repeat(100_000)}0]`,
  `"${"x".repeat(1_500_000)}"`,
  "NaN",
  "undefined",
  "'single'",
  '"\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '{"a":1,"a":2}',
  '"\t"',
  "/* comment */ 1",
  "",
];

const PLACE = "\u0001place\u0001";

/** Serialises the value with one to three of its parts replaced, removed, doubled or renamed. */
export function mutatedJson(value: unknown, draw: Draw): string {
  let changed = value;
  const texts: string[] = [];
  for (let left = 1 + draw.below(3); left > 0; left--)
    changed = changePart(changed, draw, () => {
      if (draw.chance(0.8)) return draw.pick(HOSTILE_VALUES);
      texts.push(draw.pick(HOSTILE_TEXTS));
      return PLACE;
    });
  return (JSON.stringify(changed) ?? "").replaceAll(JSON.stringify(PLACE), () => texts.shift() ?? "");
}

function changePart(value: unknown, draw: Draw, other: () => unknown): unknown {
  if (typeof value !== "object" || value === null || draw.chance(0.08)) return other();
  if (Array.isArray(value)) {
    if (value.length === 0) return draw.chance(0.5) ? [other()] : other();
    const at = draw.below(value.length);
    if (draw.chance(0.1)) return value.toSpliced(at, 1);
    if (draw.chance(0.1)) return value.toSpliced(at, 0, ...Array(1 + draw.below(50)).fill(value[at]));
    return value.with(at, changePart(value[at], draw, other));
  }
  const names = Object.keys(value);
  if (names.length === 0) return { other: other() };
  const name = draw.pick(names);
  const { [name]: part, ...others } = value as Record<string, unknown>;
  if (draw.chance(0.1)) return others;
  if (draw.chance(0.1)) return { ...others, [`${name}${draw.pick(["", "s", "\u0000", "_"])}`]: part };
  if (draw.chance(0.1)) return { ...value, [`other${draw.below(10)}`]: other() };
  return { ...value, [name]: changePart(part, draw, other) };
}
