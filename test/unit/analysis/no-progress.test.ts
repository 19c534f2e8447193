import { describe, expect, test } from "vitest";
import { saysError } from "../../../src/analysis/step.js";
import { TestAgent, type TestCall } from "./calls.js";

const agent = (): TestAgent => new TestAgent();
const read = (page: number): TestCall => ({ args: { page }, result: `text of page ${page}` });
const fails = (command: string, error = "e1"): TestCall => ({ tool: "query", args: { command }, error });
/** Every call brings something that was not known. */
let fresh = 0;
const news = (): TestCall => {
  fresh += 1;
  return { args: { topic: fresh }, result: `n${"e".repeat(fresh)}ws` };
};
const all = (calls: readonly TestCall[]): TestAgent => agent().calls(calls.length, (at) => calls[at] ?? {});

describe("calls of which nothing new comes", () => {
  test("a call and an error in turn, three times", () => {
    const round = [read(1), fails("a")];
    const two = [...round, ...round];
    expect(all(two).loops).toEqual([]);
    expect(all([...two, read(1)]).loops).toEqual([]);
    expect(all([...two, ...round]).loops).toEqual(["cycle 6"]);
  });

  test("one call again and again, with another after every third", () => {
    const three = [read(1), read(1), read(1)];
    const { loops } = all([...three, news(), ...three, news(), ...three]);
    expect(loops).toEqual(["no_progress 11"]);
  });

  test("one error, with another in between, and other calls that fail so", () => {
    const { loops } = all([
      fails("a"),
      fails("b"),
      fails("b"),
      fails("b"),
      fails("c", "e2"),
      fails("b"),
      fails("a"),
      fails("b"),
    ]);
    expect(loops).toEqual(["no_progress 8"]);
  });

  test("two ways that fail in turn and one that says what it said, in no fixed order", () => {
    const { loops } = all([
      fails("ls"),
      read(1),
      fails("ls -l"),
      read(1),
      fails("ls"),
      fails("ls -a"),
      read(1),
      fails("ls -l"),
      read(1),
    ]);
    expect(loops).toEqual(["no_progress 9"]);
  });

  test("is over with the second result in a row that is new, and says which calls show it", () => {
    const three = [read(1), read(1), read(1)];
    const told = all([...three, news(), ...three, news(), news(), news(), news()]);
    expect(told.loops).toEqual(["no_progress 7 over"]);
    expect(told.changes[0]).toMatchObject({ firstId: "0", lastId: "6", tools: ["read_page"], failed: false });
  });
});

describe("calls that repeat others, and are no loop", () => {
  const nothing = (calls: readonly TestCall[]): void => expect(all(calls).loops).toEqual([]);
  const pages = Array.from({ length: 10 }, (_, page) => read(page));

  test("ten files that are read again, after a conversation was shortened", () => {
    nothing([...pages, ...pages]);
  });

  test("a check after every step, whatever it says", () => {
    const check = { tool: "Bash", args: { command: "git status" }, result: "nothing to commit" };
    nothing(Array.from({ length: 30 }).flatMap(() => [check, news()]));
    nothing(Array.from({ length: 30 }).flatMap((_, at) => [check, fails(String(at), `e${at}`)]));
    const search = (at: number): TestCall => ({ args: { word: at }, result: "No matches found" });
    nothing(Array.from({ length: 4 }).flatMap((_, at) => [check, search(at)]));
  });

  test("the same checks after every write of a file", () => {
    const checks = [fails("npm test"), { args: { page: 1 }, result: "1 failed" }];
    nothing(
      Array.from({ length: 20 }).flatMap((_, at) => [
        ...checks,
        { tool: "Edit", args: { at }, result: "ok", file: "a.ts", content: String(at) },
      ]),
    );
  });

  test("the same checks after every command that may have changed something", () => {
    nothing(
      Array.from({ length: 20 }).flatMap((_, at) => [
        fails("npm test"),
        { tool: "Bash", args: { command: `sed -i ${at}` }, result: "" },
      ]),
    );
  });

  test("polling, and a retry that backs off with another call between", () => {
    nothing(Array.from({ length: 12 }).flatMap(() => [{ ...read(1), pause: 21_000 }, read(2)]));
    nothing(Array.from({ length: 6 }, (_, at) => ({ ...fails(at % 2 ? "a" : "b"), pause: 500 * 2 ** at })));
  });
});

describe("a result that says that the call failed", () => {
  test.each([
    '"Error: no such tool"',
    '"find: /a: No such file or directory"',
    '"Test case did not pass. Please try again."',
    '{"error": "rate limited"}',
    '[{"text": "Request failed with status 403", "type": "text"}]',
    '"Traceback (most recent call last):\\n  File"',
  ])("%s", (text) => {
    expect(saysError(text)).toBe(true);
  });

  test.each([
    '{"error": null, "rows": 3}',
    '{"errors": [], "failed": 0}',
    '{"error": "", "ok": true}',
    '{"success": true, "message": "could not be better"}',
    '"10 passed, 0 failed"',
    '"compiled without error"',
    '"No matches found"',
    '"mirror of the terror"',
    `"${"a".repeat(120)} error"`,
  ])("%s does not", (text) => {
    expect(saysError(text)).toBe(false);
  });

  test("is an error that may be the same for other calls", () => {
    const submit = (at: number): TestCall => ({
      tool: "submit",
      args: { at },
      result: "Test case did not pass.",
    });
    expect(agent().calls(5, submit).loops).toEqual([]);
    expect(agent().calls(6, submit).loops).toEqual(["same_error 6"]);
  });
});
