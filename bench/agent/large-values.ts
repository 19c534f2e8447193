/** Values of about as many characters of JSON as are asked for, as tools and other instrumentations give them. */
export const LARGE_VALUES = {
  text: "result: text of lines",
  secrets: "result: text of settings with secrets",
  brackets: "result: text of brackets",
  numbers: "result: list of numbers",
  objects: "result: list of objects",
  keys: "result: object of many keys",
  deep: "result: objects in objects",
  mixed: "result: list of texts of 100 kB",
  arguments: "arguments: object with a text",
  error: "error: its message",
  "foreign-text": "span of another library: text",
  "foreign-json": "span of another library: JSON text",
  "foreign-list": "span of another library: list of texts",
  "foreign-error": "span of another library: status message",
} as const;

export type LargeValue = keyof typeof LARGE_VALUES;

const LINE = "  const rows = await store.read({ limit: 200, offset: 0 }); // line of a file\n";
const SETTING =
  'export DATABASE_PASSWORD="hunter2-is-not-it"; curl -H "Authorization: Bearer abcdef0123456789"\n';

export function largeText(name: LargeValue, size: number): string {
  const piece = name === "secrets" ? SETTING : name === "brackets" ? '[{"' : LINE;
  // Joined, so that it is one flat text as what was read from a file is, and not a tree of pieces.
  return Buffer.alloc(size, piece).toString("latin1");
}

export function largeObject(name: LargeValue, size: number): unknown {
  const item = (index: number) => ({ id: index, path: `src/file-${index}.ts`, lines: [1, 2, 3], ok: true });
  if (name === "numbers") return Array.from({ length: Math.ceil(size / 7) }, (_, index) => index + 100_000);
  if (name === "objects") return Array.from({ length: Math.ceil(size / 64) }, (_, index) => item(index));
  if (name === "keys")
    return Object.fromEntries(
      Array.from({ length: Math.ceil(size / 24) }, (_, index) => [`key-${index}`, "value"]),
    );
  if (name === "mixed")
    return Array.from({ length: Math.ceil(size / 100_000) }, () => largeText("text", 100_000));
  let deep: unknown = "end";
  for (let level = 0; level < size / 20; level++) deep = { name: "level", in: deep };
  return deep;
}
