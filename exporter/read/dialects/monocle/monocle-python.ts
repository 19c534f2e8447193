/**
 * The value of a Python literal as `repr` writes it, such as `{'a': [1, None, True]}`; `undefined` for any other text. Instrumentations
 * that are written in Python give `str(value)` where they have no better idea.
 */
export function parsePython(text: string): unknown {
  if (text.length > MAX_LENGTH || !/^\s{0,64}[[{(]/.test(text)) return undefined;
  const tokens = text.match(TOKEN);
  if (tokens === null || tokens.join("").length !== text.length) return undefined;
  try {
    return JSON.parse(tokens.map(toJson).join(""));
  } catch {
    return undefined;
  }
}

/** What takes longer to read than it is worth stays a text. */
const MAX_LENGTH = 200_000;

const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[()[\]{},:\s]|[A-Za-z_]+|-?[\d.]+(?:e[+-]?\d+)?/gy;

const WORDS: Readonly<Record<string, string>> = {
  None: "null",
  True: "true",
  False: "false",
  "(": "[",
  ")": "]",
};

// A tuple of one has a comma that a list of JSON may not have; then the text stays what it is.
function toJson(token: string): string {
  const opens = token[0];
  if (opens === "'" || opens === '"') return JSON.stringify(unescaped(token.slice(1, -1)));
  return WORDS[token] ?? token;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

const unescaped = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/g,
    (_all, byte?: string, unit?: string, char?: string) => {
      const code = byte ?? unit;
      return code === undefined
        ? (ESCAPED[char ?? ""] ?? char ?? "")
        : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
