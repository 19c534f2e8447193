import { createBatchWriter } from "../../src/store/write-batch.js";
import { at, filledDatabase, idAt } from "./ask-harness.js";
import { poolOn, storable } from "./store-fixture.js";

/** The database of the other pages, and the run `build-8`: what `build-7` did, and some of it otherwise. */
export async function databaseOfTwoBuilds(): Promise<string> {
  const url = await filledDatabase();
  const { inserted } = await createBatchWriter(poolOn(url)).write(
    BUILD_8.map((event) => storable("action", event)),
  );
  if (inserted !== BUILD_8.length) throw new Error(`${inserted} events were stored.`);
  return url;
}

const DAY = 86_400;

const action = (seconds: number, name: string, fields: object) => ({
  id: idAt(DAY + seconds, name),
  correlation_id: "build-8",
  agent_name: "coder",
  action_type: "tool_call",
  action_name: name,
  session_id: "tuesday",
  project_name: "shop",
  started_at: at(DAY + seconds),
  status: "ok",
  ...fields,
});

const span = (number: number) => ({ span_id: `8${number.toString(16).padStart(15, "0")}` });
const below = (number: number) => ({ parent_span_id: `8${number.toString(16).padStart(15, "0")}` });
const ofFile = (file_path: string) => ({ action_details: { tool_parameters: { file_path } } });
const test = { tool_parameters: { command: "npm test" } };

const BUILD_8 = [
  action(0, "mend_parser", { action_type: "success", duration_ms: 31_000, ...span(1) }),
  action(1, "Read", { duration_ms: 14, ...below(1), ...ofFile("src/parse.ts") }),
  action(2, "Grep", {
    duration_ms: 40,
    ...below(1),
    action_details: { tool_parameters: { pattern: "skipBlanks", path: "src" } },
  }),
  action(3, "Edit", { duration_ms: 29, ...below(1), ...ofFile("src/lexer.ts") }),
  action(5, "run_tests", {
    action_type: "success",
    agent_name: "tester",
    duration_ms: 20_000,
    ...span(2),
    ...below(1),
  }),
  action(6, "Bash", {
    agent_name: "tester",
    duration_ms: 9_100,
    ...below(2),
    action_details: { ...test, tool_result: "all passed" },
  }),
];
