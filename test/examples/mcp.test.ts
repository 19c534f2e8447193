import { expect, test } from "vitest";
import { startExampleStack } from "./example-stack.js";

const stack = await startExampleStack();

interface Row {
  readonly agent_name: string;
  readonly action_name: string;
  readonly success: boolean | null;
  readonly error: string | null;
  readonly caller: string | null;
}

test("each call is a row of the client and a row of the server, and one trace holds all of them", async () => {
  const { code, stdout } = await stack.runExample("mcp/index.ts");
  expect(stdout.split("\n")).toEqual(["kafka, postgres", 'There is no note "mysql"', "Six tables out.", ""]);
  expect(code).toBe(0);

  expect(await stack.untilStored()).toBe(7);
  const rows = await stack.query<Row & { readonly trace_id: string; readonly correlation_id: string }>(`
    select action.agent_name, action.action_name, action.trace_id, action.correlation_id,
           (action.action_details->>'success')::boolean as success,
           action.action_details->>'error_message' as error,
           caller.agent_name || ' ' || caller.action_name as caller
      from agent_actions action left join agent_actions caller on caller.span_id = action.parent_span_id
     order by agent_name, action_name, success`);

  const client = { agent_name: "agent-librarian", caller: "agent-librarian answer_question" };
  const server = { agent_name: "mcp-server-notes" };
  const noSuchNote = { success: false, error: 'There is no note "mysql"' };
  const fine = { success: true, error: null };
  const list = { action_name: "list_notes" };
  const read = { action_name: "read_note" };
  expect(rows.map(({ trace_id: _, correlation_id: __, ...row }) => row)).toEqual([
    { ...client, action_name: "answer_question", success: null, error: null, caller: null },
    { ...client, ...list, ...fine },
    { ...client, ...read, ...noSuchNote },
    { ...client, ...read, ...fine },
    { ...server, ...list, ...fine, caller: "agent-librarian list_notes" },
    { ...server, ...read, ...noSuchNote, caller: "agent-librarian read_note" },
    { ...server, ...read, ...fine, caller: "agent-librarian read_note" },
  ]);
  expect(new Set(rows.map((row) => row.trace_id)).size).toBe(1);
  expect(new Set(rows.map((row) => row.correlation_id)).size).toBe(1);
});
