import fc from "fast-check";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { type Addition, ConfigTextError } from "../../../../src/cli/setup/config-edit.js";
import { diffLines } from "../../../../src/cli/setup/diff-lines.js";
import { jsonConfig } from "../../../../src/cli/setup/json-config.js";
import { tomlConfig } from "../../../../src/cli/setup/toml-config.js";

const HOOK = { hooks: [{ type: "command", command: "agent-actions hook" }] };
const ADDITIONS: readonly Addition[] = [
  { at: ["env", "A"], value: "1" },
  { at: ["env", "B"], value: true },
  { at: ["hooks", "Pre"], value: HOOK, isItem: true },
];

describe("JSON", () => {
  test("keeps comments, order and what is there, and says what stays with another value", () => {
    const before =
      '{\n  // mine\n  "env": {\n    "A": "other" /* kept */\n  },\n  "hooks": {\n    "Pre": []\n  }\n}\n';
    const { text, added, kept } = jsonConfig.add(before, ADDITIONS);
    for (const comment of ["// mine", "/* kept */"]) expect(text).toContain(comment);
    expect(parseJson(text)).toEqual({ env: { A: "other", B: true }, hooks: { Pre: [HOOK] } });
    expect(kept).toEqual([ADDITIONS[0]]);
    expect(added).toEqual(ADDITIONS.slice(1));
    expect(parseJson(jsonConfig.remove(text, added).text)).toEqual({ env: { A: "other" } });
  });

  test("adds to no file, adds nothing twice, and takes back all of it", () => {
    const { text, added } = jsonConfig.add("", ADDITIONS);
    expect(parseJson(text)).toEqual({ env: { A: "1", B: true }, hooks: { Pre: [HOOK] } });
    expect(jsonConfig.add(text, ADDITIONS)).toEqual({ text, added: [], kept: [] });
    expect(parseJson(jsonConfig.remove(text, added).text)).toEqual({});
  });

  test("leaves what somebody has changed since", () => {
    const { text, added } = jsonConfig.add("{}", ADDITIONS);
    const { text: left, kept } = jsonConfig.remove(text.replace('"1"', '"2"'), added);
    expect(parseJson(left)).toEqual({ env: { A: "2" } });
    expect(kept).toEqual([ADDITIONS[0]]);
  });

  test.each([
    ["{broken", /line 1 is no JSON/],
    ["[]", /no JSON object/],
    ['{"hooks":{"Pre":1}}', /hooks\.Pre is no list/],
  ])("%s is not touched", (text, words) => {
    expect(() => jsonConfig.add(text, ADDITIONS)).toThrow(ConfigTextError);
    expect(() => jsonConfig.add(text, ADDITIONS)).toThrow(words);
  });

  test("whatever is there says the same after adding and taking back", () => {
    const other = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(other, fc.option(fc.nat({ max: 8 }), { nil: undefined }), (given, indent) => {
        const before = JSON.stringify({ ...given, env: { X: 1 }, hooks: { Pre: [1] } }, null, indent);
        const { text, added } = jsonConfig.add(before, ADDITIONS);
        expect(JSON.parse(jsonConfig.remove(text, added).text)).toEqual(JSON.parse(before));
      }),
    );
  });
});

describe("TOML", () => {
  const OTEL: readonly Addition[] = [
    {
      at: ["otel", "exporter"],
      value: { "otlp-http": { endpoint: "http://h/v1/logs", protocol: "binary" } },
    },
    { at: ["otel", "log_user_prompt"], value: true },
  ];

  test("adds lines to a table that is there, and takes them back to the letter", () => {
    const before =
      'model = "m" # mine\n\n[otel]\nenvironment = "dev"\n\n[projects."/x"]\ntrust_level = "trusted"\n';
    const { text, added, kept } = tomlConfig.add(before, OTEL);
    expect(text.split("\n").slice(2, 6)).toEqual([
      "[otel]",
      'environment = "dev"',
      'exporter = { otlp-http = { endpoint = "http://h/v1/logs", protocol = "binary" } }',
      "log_user_prompt = true",
    ]);
    expect(kept).toEqual([]);
    expect(tomlConfig.remove(text, added).text).toBe(before);
  });

  test.each(["", 'model = "m"\n', 'model = "m"', "[a]\nb = 1\n\n[c]\nd = 2\n"])(
    "makes the table behind %j, and takes it back",
    (before) => {
      const { text, added } = tomlConfig.add(before, OTEL);
      expect(parseToml(text)).toMatchObject({ otel: { log_user_prompt: true } });
      expect(parseToml(tomlConfig.remove(text, added).text)).toEqual(parseToml(before));
    },
  );

  test("keeps another value, and does not touch what it cannot change or read", () => {
    expect(tomlConfig.add("[otel]\nlog_user_prompt = false\n", OTEL).kept).toEqual([OTEL[1]]);
    expect(() => tomlConfig.add('otel = { environment = "dev" }\n', OTEL)).toThrow(ConfigTextError);
    expect(() => tomlConfig.add("[otel\n", OTEL)).toThrow(/no TOML/);
  });
});

test("a difference shows what changed with lines around it", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h"].join("\n");
  const shown = diffLines(before, before.replace("g", "G"));
  expect(shown.map((line) => (line === undefined ? "..." : `${line.sign}${line.text}`))).toEqual([
    " e",
    " f",
    "-g",
    "+G",
    " h",
  ]);
});

test("a difference, applied, makes the other text", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.join("\n"), after.join("\n"));
      const of = (sign: string) =>
        lines.flatMap((line) => (line !== undefined && line.sign === sign ? [line.text] : []));
      expect(before.length - of("-").length).toBe(after.length - of("+").length);
    }),
  );
});

test("a line that is added to a file of very many is found", () => {
  const before = Array.from({ length: 40_000 }, (_, index) => `line ${index}`);
  const shown = diffLines(before.join("\n"), before.toSpliced(20_000, 0, "new").join("\n"));
  expect(shown.map((line) => line && line.sign + line.text)).toEqual([
    " line 19998",
    " line 19999",
    "+new",
    " line 20000",
    " line 20001",
  ]);
});
