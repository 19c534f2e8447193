/** Values of about as many characters of JSON as are asked for, as tools and other instrumentations give them. */
export const LARGE_VALUES = {
  text: "result: text of lines",
  joined: "result: text joined with +=",
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
  "foreign-json": "span of another library: JSON.stringify",
  "foreign-list": "span of another library: list of texts",
  "foreign-error": "span of another library: status message",
} as const;

export type LargeValue = keyof typeof LARGE_VALUES;

const LINE = "  const rows = await store.read({ limit: 200, offset: 0 }); // line of a file\n";
const SETTING =
  'export DATABASE_PASSWORD="hunter2-is-not-it"; curl -H "Authorization: Bearer abcdef0123456789"\n';

const TEXTS: readonly LargeValue[] = ["text", "joined", "secrets", "brackets"];

export const isText = (name: LargeValue): boolean => TEXTS.includes(name);

/** What a pipe gives at once. */
const CHUNK = 65_536;

export function largeText(name: LargeValue, size: number): string {
  const piece = name === "secrets" ? SETTING : name === "brackets" ? '[{"' : LINE;
  // One flat text in the engine's heap, as what was read from a file or a socket.
  if (name !== "joined") return Buffer.alloc(size, piece).toString("utf8");
  // A tree of pieces, which the engine puts together in one step when it is first looked at.
  let joined = "";
  while (joined.length < size) joined += Buffer.alloc(CHUNK, piece).toString("utf8");
  return joined;
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
