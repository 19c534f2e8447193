import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { DEAD_LETTER_HEADERS } from "../../../src/consumer/dead-letter.js";
import { lettersInSpool } from "../../../src/dead-letters/letters-in-spool.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { captureOutput, quietContext } from "./captured-output.js";

test("what headers of a letter say steers no terminal", async () => {
  const directory = await mkdtemp(join(tmpdir(), "letters-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const topic = DEFAULT_TOPICS.dead_letter;
  const { signal } = new AbortController();
  const writer = lettersInSpool({ directory, topic, signal }).openWriter();
  const headers = {
    [DEAD_LETTER_HEADERS.topic]: "there\u001b[2J",
    [DEAD_LETTER_HEADERS.reason]: "why\u202e",
    [DEAD_LETTER_HEADERS.explanation]: "so\r\nthat",
  };
  await writer.produce(topic, { key: Buffer.from("k"), value: Buffer.from("{}"), headers });
  await writer.end();
  for (const action of [["list"], ["stats"], ["redrive", "--all", "--no-audit"]]) {
    const out = captureOutput();
    await runCli(["dlq", ...action, "--spool", directory], quietContext(out));
    const shown = [...out.results, ...out.progressLines].join("\n");
    expect(shown).toContain("there\ufffd[2J");
    expect(shown).not.toMatch(/[\u001b\r\u202e]/);
  }
});
