import { describe, expect, test } from "vitest";
import { StoreError } from "../../../src/errors.js";
import { storeFailure } from "../../../src/store/store-failure.js";

const postgres = (code: string, message: string) => Object.assign(new Error(message), { code });

describe("what the store throws", () => {
  test("a missing table is worth another try, and says what to run", () => {
    const failure = storeFailure(postgres("42P01", 'relation "agent_actions" does not exist'));
    expect(failure).toMatchObject({ name: "StoreError", retriable: true, sqlstate: "42P01" });
    expect(failure.message).toBe(
      'The database is not set up for this package: relation "agent_actions" does not exist (SQLSTATE 42P01). Run: agent-actions migrate',
    );
  });

  test.each([
    ["28P01", "Check user and password."],
    ["3D000", "Create the database, or correct its name."],
    ["42501", "Grant the role what docs/database.md lists."],
    ["26000", "Connect to Postgres itself, or let the pooler pool whole sessions."],
    ["25006", "Connect to the primary."],
  ])("SQLSTATE %s says: %s", (code, remedy) => {
    const failure = storeFailure(postgres(code, "no"));
    expect(failure.message.endsWith(`(SQLSTATE ${code}). ${remedy}`)).toBe(true);
    expect(failure.retriable).toBe(true);
  });

  test("a right that is missing is granted as the migration says, where it does", () => {
    const refused = Object.assign(postgres("42501", "no"), {
      hint: "Let an administrator run: create schema x",
    });
    expect(
      storeFailure(refused).message.endsWith("(SQLSTATE 42501). Let an administrator run: create schema x."),
    ).toBe(true);
    const elsewhere = Object.assign(postgres("42P01", "no"), { hint: "Perhaps you meant another table" });
    expect(storeFailure(elsewhere).message.endsWith("(SQLSTATE 42P01). Run: agent-actions migrate")).toBe(
      true,
    );
  });

  test("an outage without a code keeps its cause", () => {
    const cause = new Error("Connection terminated unexpectedly");
    const failure = storeFailure(cause);
    expect(failure).toMatchObject({ retriable: true, sqlstate: undefined, cause });
    expect(failure.message).toBe("Postgres is not available: Connection terminated unexpectedly");
  });

  test("a defect is not tried again", () => {
    expect(storeFailure(new TypeError("x")).retriable).toBe(false);
  });

  test("a StoreError stays what it is", () => {
    const failure = new StoreError("once");
    expect(storeFailure(failure)).toBe(failure);
  });
});
