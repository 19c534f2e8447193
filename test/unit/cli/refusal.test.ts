import { expect, test } from "vitest";
import { refusal } from "../../../src/cli/client/refusal.js";
import { commandFailure } from "../../../src/cli/framework/exit-codes.js";

const ended = (status: number, detail: string) =>
  commandFailure(refusal(status, JSON.stringify({ type: "about:blank", detail }), "Postgres at 127.0.0.1"));

test("what is away may be there later; a setting that is missing is a configuration", () => {
  expect(ended(503, "Postgres does not respond: try again.")).toEqual({
    exitCode: 69,
    message: "Postgres at 127.0.0.1: Postgres does not respond: try again.",
  });
  const untold = ended(503, "this service was not told where those are: AGENT_ACTIONS_LARGE_RESULTS.");
  expect(untold.exitCode).toBe(78);
  expect(untold.message).toContain("AGENT_ACTIONS_LARGE_RESULTS");
});
