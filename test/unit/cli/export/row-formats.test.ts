import { expect, test } from "vitest";
import { NotFoundError } from "../../../../src/cli/client/refusal.js";
import { type ExportCounts, exportRows, type RowExport } from "../../../../src/cli/export/row-formats.js";

async function* of<Item>(...items: Item[]) {
  yield* items;
}

function exporting(more: Partial<RowExport>) {
  const lines: string[] = [];
  const notices: ExportCounts[] = [];
  const given: RowExport = {
    format: "jsonl",
    sink: { write: async (text) => void lines.push(text), writeBytes: async () => undefined },
    ended: new AbortController().signal,
    onProgress: (counts) => void notices.push({ ...counts }),
    rowsOf: (run) => of(`{"id":"${run}","exact":12345678901234567890}`),
    ...more,
  };
  return { lines, notices, export: (...runs: string[]) => exportRows(of(...runs), given) };
}

test("JSON lines are the rows as they are, CSV has a head", async () => {
  const jsonl = exporting({});
  expect(await jsonl.export("a", "b")).toEqual({ runs: 2, actions: 2, gone: 0 });
  expect(jsonl.lines).toEqual([
    '{"id":"a","exact":12345678901234567890}',
    '{"id":"b","exact":12345678901234567890}',
  ]);
  const csv = exporting({ format: "csv", rowsOf: () => of('{"id":"a","action_name":"say \\"hi\\""}') });
  await csv.export("a");
  expect(csv.lines[0]).toMatch(/^id,/);
  expect(csv.lines[1]).toContain('"say ""hi"""');
});

test("without a run CSV is its head, and JSON lines are nothing", async () => {
  const jsonl = exporting({});
  expect(await jsonl.export()).toEqual({ runs: 0, actions: 0, gone: 0 });
  expect(jsonl.lines).toEqual([]);
});

test("actions and runs that went away are counted", async () => {
  const rowsOf = async function* (run: string) {
    if (run === "b") throw new NotFoundError("gone");
    yield undefined;
    yield `{"id":"${run}"}`;
  };
  expect(await exporting({ rowsOf }).export("a", "b", "c")).toEqual({ runs: 2, actions: 2, gone: 3 });
  const broken = async function* () {
    yield "{}";
    throw new Error("the server is away");
  };
  await expect(exporting({ rowsOf: broken }).export("a")).rejects.toThrow("away");
});

test("a row is asked for when the one before is written, and none after the end", async () => {
  const end = new AbortController();
  let asked = 0;
  const rowsOf = async function* () {
    for (;;) {
      asked++;
      yield "{}";
      if (asked === 25_000) end.abort();
    }
  };
  let open = 0;
  let most = 0;
  const sink = {
    write: async () => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
    },
    writeBytes: async () => undefined,
  };
  const long = exporting({ rowsOf, sink, ended: end.signal });
  expect(await long.export("a", "b")).toEqual({ runs: 0, actions: 25_000, gone: 0 });
  expect(most).toBe(1);
  expect(long.notices.map(({ actions }) => actions)).toEqual([10_000, 20_000]);
});
