import { describe, expect, test } from "vitest";
import { TestAgent, type TestCall } from "./calls.js";

const agent = (): TestAgent => new TestAgent();
const read: TestCall = { args: { page: 1 }, result: "not found" };

describe("every kind of loop", () => {
  test("the same call with the same result, from the fifth on", () => {
    expect(agent().calls(4, () => read).loops).toEqual([]);
    expect(agent().calls(5, () => read).loops).toEqual(["same_call 5"]);
    expect(agent().calls(9, () => read).loops).toEqual(["same_call 9"]);
  });

  test("the same call that fails the same way, from the fourth on", () => {
    expect(agent().calls(4, () => ({ args: { page: 1 }, error: "e1" })).loops).toEqual(["same_call 4"]);
  });

  test("the same call with another result each time, from the twelfth on", () => {
    const search = (index: number): TestCall => ({
      args: { q: "cats" },
      result: `answer ${"abcdefghijklmnopq"[index]}`,
    });
    expect(agent().calls(11, search).loops).toEqual([]);
    expect(agent().calls(14, search).loops).toEqual(["same_call_varying 14"]);
  });

  test("a call without arguments may go on to the next item, thirty times", () => {
    const next = (index: number): TestCall => ({ args: {}, result: `item ${"x".repeat(index)}` });
    expect(agent().calls(29, next).loops).toEqual([]);
    expect(agent().calls(30, next).loops).toEqual(["same_call_varying 30"]);
  });

  test("other calls with the same result", () => {
    const fetch = (index: number): TestCall => ({
      args: { url: `https://a.example/${index}` },
      result: "Sign in to go on",
    });
    expect(agent().calls(12, fetch).loops).toEqual(["same_result 12"]);
  });

  test("other calls with one result that is about what was asked for", () => {
    const ask = (tool: string, length: number, index: number): TestCall => ({
      tool,
      args: { command: `look ${index}` },
      result: "r".repeat(length),
    });
    expect(agent().calls(6, (index) => ask("read_page", 62, index)).loops).toEqual(["same_result 6"]);
    expect(agent().calls(11, (index) => ask("read_page", 61, index)).loops).toEqual([]);
    expect(agent().calls(6, (index) => ask("Bash", 62, index)).loops).toEqual(["same_result 6"]);
    expect(agent().calls(30, (index) => ask("Bash", 61, index)).loops).toEqual([]);
    expect(agent().calls(30, (index) => ask("update_record", 197, index)).loops).toEqual([]);
    expect(agent().calls(11, (index) => ask("update_record", 198, index)).loops).toEqual([]);
    expect(agent().calls(12, (index) => ask("update_record", 198, index)).loops).toEqual(["same_result 12"]);
  });

  test("the same error for other calls", () => {
    const query = (index: number): TestCall => ({
      tool: "sql",
      args: { query: `select ${index}` },
      error: "e1",
    });
    expect(agent().calls(6, query).loops).toEqual(["same_error 6"]);
  });

  test.each([
    [2, 7],
    [3, 9],
    [4, 10],
    [5, 12],
    [6, 18],
    [7, 19],
    [8, 20],
  ])("a cycle of %i calls, from the %ith call on", (period, calls) => {
    const cycle = (index: number): TestCall => ({
      args: { page: index % period },
      result: `page ${index % period}`,
    });
    expect(agent().calls(calls - 1, cycle).loops).toEqual([]);
    expect(agent().calls(calls, cycle).loops).toEqual([`cycle ${calls}`]);
  });

  test("a file that is changed back and forth, also with other calls between", () => {
    const write = (index: number): TestCall => ({
      tool: "Write",
      args: { path: "a.ts", content: index % 2 },
      result: `written ${index}`,
      file: "a.ts",
      content: String(index % 2),
    });
    const busy = agent();
    for (let index = 0; index < 5; index++)
      busy
        .call(write(index))
        .call({ tool: "Bash", args: { command: `npm test ${index}` }, result: `${index} failed` });
    expect(busy.loops).toEqual(["file_ping_pong 5"]);
    busy.call({ ...write(5), content: "2" });
    expect(busy.loops).toEqual(["file_ping_pong 5 over"]);
  });
});

describe("what is none", () => {
  test("polling: the agent waits between calls, by a tool, a command, or by itself", () => {
    const poll = { tool: "get_job", args: { job: 7 }, result: "running" };
    const waiting = agent();
    for (let index = 0; index < 50; index++) waiting.call(poll).call({ tool: "sleep", args: { seconds: 1 } });
    expect(waiting.loops).toEqual([]);
    const command = { tool: "Bash", args: { command: "sleep 5 && gh run view 7" }, result: "in_progress" };
    expect(agent().calls(50, () => command).loops).toEqual([]);
    expect(agent().calls(50, () => ({ ...poll, pause: 30_000 })).loops).toEqual([]);
  });

  test("the model's own time is no wait", () => {
    const slow = agent();
    for (let index = 0; index < 5; index++) slow.turn(1_000, 60_000).call(read);
    expect(slow.loops).toEqual(["same_call 5"]);
    expect(slow.sequence.open[0]?.tokens).toBe(4_000);
    const waits = agent();
    for (let index = 0; index < 20; index++) waits.turn(1_000, 2_000).call({ ...read, pause: 5_000 });
    expect(waits.loops).toEqual([]);
  });

  test("a retry that backs off", () => {
    const retry = (index: number): TestCall => ({ args: { page: 1 }, error: "e1", pause: 500 * 2 ** index });
    expect(agent().calls(9, retry).loops).toEqual([]);
  });

  test("batch edits whose tool answers alike", () => {
    const edit = (index: number): TestCall => ({
      tool: "Edit",
      args: { path: `${index}.ts` },
      result: "The file was updated.",
    });
    expect(agent().calls(100, edit).loops).toEqual([]);
  });

  test("test, fix, test: every fix is another one", () => {
    const fixing = agent();
    for (let index = 0; index < 30; index++)
      fixing.call({ tool: "Bash", args: { command: "npm test" }, error: "e1" }).call({
        tool: "Edit",
        args: { path: "a.ts", new: index },
        result: "ok",
        file: "a.ts",
        content: String(index),
      });
    expect(fixing.loops).toEqual([]);
  });

  test("calls of which arguments and results are not recorded", () => {
    expect(agent().calls(100, () => ({ args: null })).loops).toEqual([]);
  });

  test("a write that changes the file again, although it says the same", () => {
    const append = (index: number): TestCall => ({
      tool: "append",
      args: { line: "x" },
      result: "ok",
      file: "log",
      content: String(index),
      changed: true,
    });
    expect(agent().calls(20, append).loops).toEqual([]);
  });
});

describe("one incident", () => {
  test("ends with the first other call, and goes on when the same begins again soon", () => {
    const resumed = agent()
      .calls(6, () => read)
      .call({ args: { page: 2 }, result: "found" });
    expect(resumed.loops).toEqual(["same_call 6 over"]);
    resumed.calls(5, () => read);
    expect(resumed.loops).toEqual(["same_call 11"]);
    expect(resumed.sequence.open[0]).toMatchObject({ firstId: "0", lastId: "11" });
  });

  test("another loop after it is another incident", () => {
    const two = agent()
      .calls(5, () => read)
      .calls(5, () => ({ args: { page: 2 }, result: "found" }));
    expect(two.loops).toEqual(["same_call 5 over", "same_call 5"]);
  });

  test("shows the calls that it began with, and the last", () => {
    const long = agent().calls(40, () => read).sequence.open[0];
    expect(long?.evidence).toEqual(["0", "1", "2", "3", "4", "39"]);
    expect(long).toMatchObject({ calls: 40, firstId: "0", lastId: "39" });
  });
});
