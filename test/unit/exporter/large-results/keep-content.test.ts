import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { keepContent } from "../../../../exporter/large-results/keep-content.js";
import { createPlainRedactor } from "../../../../exporter/read/redaction/redactor.js";
import { openLargeResult } from "../../../../src/large-results/large-result-file.js";
import { LargeResultWriter } from "../../../../src/large-results/write-large-result.js";

const folder = mkdtempSync(join(tmpdir(), "agent-actions-large-"));
afterAll(() => rmSync(folder, { recursive: true }));
const writer = new LargeResultWriter(folder, 1_000_000_000);
const redact = createPlainRedactor({}, Number.POSITIVE_INFINITY);

async function kept(text: string, isForeign = false): Promise<string> {
  const result = keepContent(
    { name: "tool_result", text, form: isForeign ? "foreign" : "own" },
    redact,
    writer,
  );
  if (result === "full") throw new Error("The folder has no room.");
  const chunks: Buffer[] = [];
  for await (const chunk of await openLargeResult(folder, result.written)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

// Made up, in the forms of their services.
const SECRETS = [
  `ghp_${"aB3dE6gH9j".repeat(3)}aB3dE6`,
  `sk-ant-api03-${"Xy7Zw2Qk9m".repeat(9)}AA`,
  `AKIA${"QWERTY234567ABCD"}`,
  `-----BEGIN PRIVATE KEY-----\n${`${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)}\n`.repeat(20)}-----END PRIVATE KEY-----`,
  `postgres://ada:${"s3cr3tPassw0rd"}@db.example.com/shop`,
];

test("a credential is hidden wherever it stands in a content of many parts", async () => {
  const line = "All work and no play makes a dull page, line after line.\n";
  const page = line.repeat(60_000);
  expect(page.length).toBeGreaterThan(3_000_000);
  for (const at of [0, 999_990, 1_000_000, 1_999_999, page.length]) {
    const text = `${page.slice(0, at)}\n${SECRETS.join("\n")}\n${page.slice(at)}`;
    const whole = await kept(JSON.stringify({ text }));
    for (const secret of SECRETS) expect(whole).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(whole).not.toContain("s3cr3tPassw0rd");
    expect(JSON.parse(whole).text.length).toBeGreaterThan(page.length);
  }
});

test("property: what is kept is what a row would have of it", async () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...SECRETS), fc.string({ unit: "grapheme" })), {
    maxLength: 8,
  });
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text.map((parts) => parts.join(" ")),
      fc.constantFrom(null, true, 17, 1.5),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("password", "page", "token_count", "a b"), tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      const inRow = createPlainRedactor()({ content: one }).content;
      expect(JSON.parse(await kept(JSON.stringify(one)))).toEqual(JSON.parse(JSON.stringify(inRow ?? null)));
    }),
    { numRuns: 200 },
  );
});

test("numbers keep all their digits, and a text that is no JSON stays a text", async () => {
  expect(await kept('{"id":12345678901234567890}')).toBe('{"id":"12345678901234567890"}');
  expect(await kept("no JSON at all")).toBe('"no JSON at all"');
  expect(await kept('"{\\"a\\":1}"')).toBe('"{\\"a\\":1}"');
});

test("of another writer JSON may be encoded twice, and stand in an answer of MCP", async () => {
  expect(await kept('"{\\"a\\":1}"', true)).toBe('{"a":1}');
  const answer = { content: [{ type: "text", text: '{"rows":[1,2]}' }] };
  expect(await kept(JSON.stringify(answer), true)).toBe('{"rows":[1,2]}');
  expect(await kept(JSON.stringify(answer))).toBe(JSON.stringify(answer));
});

test("the beginning that a row has is of what was redacted whole, whatever the form of the text", () => {
  const large = { pad: "page ".repeat(20_000) };
  const shownOf = (text: string) => {
    const result = keepContent({ name: "tool_result", text, form: "foreign" }, redact, writer);
    if (result === "full") throw new Error("The folder has no room.");
    return result.shown;
  };
  const command = JSON.stringify({ command: ["mysql", "-phunter2hunter2", "shop"], ...large }, null, 2);
  expect(shownOf(command)).toMatch(/^\{"command":\["mysql","-p\[redacted\]"/);
  const escaped = JSON.stringify({ password: "hunter2hunter2", ...large }).replace(
    "password",
    "pass\\u0077ord",
  );
  expect(shownOf(escaped)).toMatch(/^\{"password":"\[redacted\]","pad":"page /);
  expect(shownOf(`a line\n${large.pad}`)).toBe(`a line\n${large.pad}`.slice(0, 32_768));
});
