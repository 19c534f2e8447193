import type pg from "pg";
import { describe, expect, test } from "vitest";
import { validateRecord } from "../../../src/event/index.js";
import { ErasureLedger } from "../../../src/store/erasure/erasure-ledger.js";
import { fileOperationOf } from "../../../src/store/file-operation.js";
import { resolveFileTools } from "../../../src/store/file-tools.js";
import { type PendingRow, prepareInserts } from "../../../src/store/prepare-inserts.js";
import { runInserts } from "../../../src/store/run-inserts.js";
import { StoredEvent } from "../../../src/store/stored-event.js";

/** Statements that are sent together. */
interface Trip {
  readonly statements: readonly { readonly name?: string }[];
  readonly callback: (error: null, rows: object[][]) => void;
}

const ROW = { merged: 0, touched: null };

function read(index: number): PendingRow {
  const value = {
    agent_name: "agent",
    action_type: "tool_call",
    action_name: "Read",
    action_details: { tool_parameters: { file_path: `/src/${index}.ts` } },
  };
  const origin = { topic: "topic", partition: 0, offset: String(index), timestampMillis: 1_767_225_600_000 };
  const valid = validateRecord("action", value, origin);
  if (!valid.valid) throw new Error(valid.reasons.join("; "));
  const file = fileOperationOf(valid.event as never, resolveFileTools(undefined));
  if (file === undefined) throw new Error("a read is a file operation");
  const text = JSON.stringify(value);
  return { index, event: new StoredEvent({ valid, text }), file, chars: text.length };
}

/** The names of the statements that write the rows, where Postgres says this of the actions and of the file operations. */
async function statementsFor(actions: object, files: object): Promise<string[]> {
  const statements: string[] = [];
  const run = ({ name = "" }: { readonly name?: string }): object[] => {
    const statement = name.replace(/_[0-9a-f]{8}$/, "");
    statements.push(statement);
    if (statement === "upsert_agent_actions") return [{ ...ROW, ...actions }];
    return statement === "upsert_agent_file_operations" ? [{ ...ROW, ...files }] : [];
  };
  const client = {
    query: async (query: string | { name: string } | Trip) => {
      if (typeof query === "string") return { rows: [] };
      if ("statements" in query) return query.callback(null, query.statements.map(run));
      return { rows: run(query) };
    },
    release: () => undefined,
  };
  const pool = { options: {}, connect: async () => client } as unknown as pg.Pool;
  const rows = [read(0), read(1)];
  await runInserts(pool, { prepared: prepareInserts(rows), rows: () => rows }, new ErasureLedger());
  return statements.filter((name) => name.includes("file"));
}

describe("file operations are compared with their actions", () => {
  const compared = ["upsert_agent_file_operations", "files_behind_agent_actions"];

  test("not where every row of both is new", async () => {
    expect(await statementsFor({ inserted: 2 }, { inserted: 2 })).toEqual(["upsert_agent_file_operations"]);
  });

  test("where an action was there", async () => {
    expect(await statementsFor({ inserted: 1 }, { inserted: 2 })).toEqual(compared);
  });

  test("where a file operation was there", async () => {
    expect(await statementsFor({ inserted: 2 }, { inserted: 1 })).toEqual(compared);
  });

  test("where several events made a new action", async () => {
    const [{ event }] = [read(0)];
    const touched = [event.text("id") ?? ""];
    expect(await statementsFor({ inserted: 2, touched }, { inserted: 2 })).toEqual(compared);
  });
});
