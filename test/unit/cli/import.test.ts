import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { otlpEnvironment } from "../../../src/cli/dev/stack-environment.js";
import { EXIT_CODES } from "../../../src/cli/framework/exit-codes.js";
import { openState } from "../../../src/cli/import/import-state.js";
import { spanBatches } from "../../../src/cli/import/span-batches.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { jsonRequest, toolSpan } from "../otlp/otlp-bodies.js";
import { captureOutput, quietContext } from "./captured-output.js";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "import-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function run(...args: string[]) {
  const out = captureOutput();
  const exitCode = await runCli(["import", ...args], quietContext(out));
  return { exitCode, result: out.results.join("\n"), progress: out.progressLines.join("\n") };
}

const line = (spans: readonly unknown[]): string => `${jsonRequest(spans)}\n`;

describe("import --dry-run", () => {
  test("counts what would be sent, and keeps no state", async () => {
    const at = await folder();
    const file = join(at, "spans.jsonl");
    await writeFile(file, line([toolSpan(0), toolSpan(1)]) + line([toolSpan(2)]));
    const state = join(at, "state.json");
    const { exitCode, result } = await run("--dry-run", "--resume", state, file, file);
    expect({ exitCode, result }).toEqual({
      exitCode: 0,
      result: "6 events would be sent of 6 spans in 2 files",
    });
    expect(await (await openState(state)).skip(file)).toBe(0);
  });

  test("tells what cannot be read, the first of each file by name, and ends with 1", async () => {
    const file = join(await folder(), "spans.jsonl");
    await writeFile(file, line([toolSpan(0)]) + '{"not":"spans"}\n'.repeat(30));
    const { exitCode, progress, result } = await run("--dry-run", "--json", file);
    expect(exitCode).toBe(EXIT_CODES.failure.code);
    expect(JSON.parse(result)).toMatchObject({ events: 1, unreadable: 30 });
    expect(progress.match(/none of the known forms/g)).toHaveLength(10);
    expect(progress).toContain("and more that cannot be read");
  });

  test.each([
    [["--dry-run"], EXIT_CODES.usage.code, /FILE is missing/],
    [["--dry-run", "/no/such/file"], EXIT_CODES.unreadable.code, /\/no\/such\/file cannot be read/],
    [["--dry-run", "--format", "opencode"], EXIT_CODES.usage.code, /opencode export SESSION > FILE/],
    [["--dry-run", "--format", "clippy"], EXIT_CODES.usage.code, /has to be one of claude-code, codex/],
  ])("%j ends with %i", async (args, code, words) => {
    const { exitCode, progress } = await run(...args);
    expect(exitCode).toBe(code);
    expect(progress).toMatch(words);
  });

  test("of a folder takes the transcripts, and says what is not known in them", async () => {
    const at = await folder();
    await writeFile(join(at, "notes.json"), '{"not":"a transcript"}');
    await writeFile(
      join(at, "session.jsonl"),
      [
        { type: "session", id: "s1", cwd: "/p", timestamp: "2026-01-01T00:00:00Z" },
        { type: "hologram", timestamp: "2026-01-01T00:00:01Z" },
        { type: "compaction", timestamp: "2026-01-01T00:00:02Z", tokensBefore: 9 },
      ]
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join('{"torn'),
    );
    const { exitCode, result, progress } = await run("--dry-run", "--json", at);
    expect(exitCode).toBe(EXIT_CODES.failure.code);
    expect(JSON.parse(result)).toMatchObject({ files: 1, events: 1, unknown: 1, unreadable: 2 });
    expect(progress).toContain('session.jsonl: types that are not known in pi: "hologram" 1');
    expect(progress).toContain("line 2: not complete");
  });

  test("of a transcript shows no control characters, and takes no time that is none", async () => {
    const at = await folder();
    const file = join(at, "session.jsonl");
    const base = { sessionId: "s1", version: "2\u001b[2J", timestamp: 1e300 };
    const lines = [
      { ...base, type: "user", uuid: "u1", promptId: "p1", message: { content: "hello" } },
      { ...base, type: "assistant", uuid: "u2", message: { id: "m1", stop_reason: "end_turn", content: [] } },
      { ...base, type: "holo\u202egram", uuid: "u3" },
    ];
    await writeFile(file, lines.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    const { result, progress } = await run("--dry-run", "--json", file);
    expect(JSON.parse(result)).toMatchObject({ files: 1, unreadable: 0, unknown: 1 });
    expect(progress).toContain('claude-code 2\ufffd[2J: "holo\ufffdgram" 1');
  });

  test("of a transcript that is one line, and torn, takes what can be read and names the rest", async () => {
    const at = await folder();
    const session = { type: "session", id: "s1", cwd: "/p", timestamp: "2026-01-01T00:00:00Z" };
    await writeFile(join(at, "session.jsonl"), `${JSON.stringify(session)}{"torn`);
    const { exitCode, result, progress } = await run("--dry-run", "--json", at);
    expect(exitCode).toBe(EXIT_CODES.failure.code);
    expect(JSON.parse(result)).toMatchObject({ files: 1, unreadable: 1 });
    expect(progress).toContain("line 1: not complete");
  });
});

test("a file with a document a line is read a piece at a time, and each piece says its last line", async () => {
  const file = join(await folder(), "spans.jsonl");
  const many = Array.from({ length: 4_000 }, (_, index) => toolSpan(index));
  await writeFile(file, line(many).repeat(5));
  const pieces: { spans: number; lines: number | undefined }[] = [];
  for await (const { spans, lines } of spanBatches(file, 0)) pieces.push({ spans: spans.length, lines });
  expect(pieces).toEqual([
    { spans: 12_000, lines: 3 },
    { spans: 8_000, lines: 5 },
  ]);
  const rest: number[] = [];
  for await (const { spans } of spanBatches(file, 3)) rest.push(spans.length);
  expect(rest).toEqual([8_000]);
});

test.each([
  ["is not done, so that it is read again", '{"half', 1, 1],
  ["is done when it ends", '{"half\n', 2, 1],
  ["is done when it can be read", line([toolSpan(1)]).trimEnd(), 2, 0],
])("a last line that may be under way %s", async (_, last, done, unreadable) => {
  const file = join(await folder(), "spans.jsonl");
  await writeFile(file, line([toolSpan(0)]) + last);
  for await (const { lines, problems } of spanBatches(file, 0))
    expect([lines, problems.length]).toEqual([done, unreadable]);
  expect.assertions(1);
});

test("a file that is one document is one piece", async () => {
  const file = join(await folder(), "spans.json");
  await writeFile(file, JSON.stringify(JSON.parse(jsonRequest([toolSpan(0)])), null, 2));
  const pieces: unknown[] = [];
  for await (const { spans, lines } of spanBatches(file, 0)) pieces.push([spans.length, lines]);
  expect(pieces).toEqual([[1, undefined]]);
});

describe("the state of an import", () => {
  test("passes over what is done, goes on in what grew, and begins anew in what shrank", async () => {
    const at = await folder();
    const [path, file] = [join(at, "state.json"), join(at, "spans.jsonl")];
    await writeFile(file, "one\ntwo\n");
    await (await openState(path)).save(file, 2, true);
    expect(await (await openState(path)).skip(file)).toBe("all");
    await writeFile(file, "one\ntwo\nthree\n");
    expect(await (await openState(path)).skip(file)).toBe(2);
    await writeFile(file, "new\n");
    expect(await (await openState(path)).skip(file)).toBe(0);
  });

  test("goes on in a file that was written to while it was read", async () => {
    const at = await folder();
    const [path, file] = [join(at, "state.json"), join(at, "spans.jsonl")];
    await writeFile(file, "one\ntwo\n");
    const state = await openState(path);
    expect(await state.skip(file)).toBe(0);
    await writeFile(file, "one\ntwo\nthree\n");
    await state.save(file, 2, true);
    expect(await (await openState(path)).skip(file)).toBe(2);
  });

  test("that is none is refused", async () => {
    const path = join(await folder(), "state.json");
    for (const text of ["", "[]", '{"version":2,"files":{}}', '{"version":1,"files":{"a":{"lines":"2"}}}']) {
      await writeFile(path, text);
      await expect(openState(path)).rejects.toThrow("is not what import --resume wrote");
    }
  });
});

test("dev leads a program's traces to the service, unless somebody has decided where they go", () => {
  expect(otlpEnvironment("http://127.0.0.1:8080", {})).toEqual({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:8080/v1/traces",
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
  });
  expect(otlpEnvironment(undefined, {})).toEqual({});
  for (const name of [
    "OTEL_TRACES_EXPORTER",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  ])
    expect(otlpEnvironment("http://127.0.0.1:8080", { [name]: "set" })).toEqual({});
});
