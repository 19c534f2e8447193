import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createOutput } from "../../../src/cli/framework/output.js";

// The streams of a process are more than these, but createOutput needs no more.
const asTerminal = (stream: Writable, more: object = {}): NodeJS.WriteStream =>
  Object.assign(stream, more) as unknown as NodeJS.WriteStream;

const neverUnwritten = (error: Error): void => {
  throw error;
};

/** Takes note of what it is given, and refuses it as the operating system does. */
const refusing = (code: string, written: string[]): Writable =>
  new Writable({
    autoDestroy: false,
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done(Object.assign(new Error(`${code}: write`), { code, syscall: "write" }));
    },
  });

function read(stream: PassThrough): string {
  return String(stream.read() ?? "");
}

describe("output", () => {
  test("results go to standard output, progress to standard error", () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const out = createOutput({ stdout: asTerminal(stdout), stderr: asTerminal(stderr) }, {}, neverUnwritten);
    out.result("a result");
    out.json({ a: "line\nbreak" });
    out.progress("on the way");
    expect(read(stdout)).toBe('a result\n{"a":"line\\nbreak"}\n');
    expect(read(stderr)).toBe("on the way\n");
  });

  test.each([
    [undefined, 80],
    [0, 80],
    [20, 60],
    [100, 100],
    [500, 120],
  ])("a terminal of %s columns is drawn for with %i", (columns, expected) => {
    const out = createOutput(
      { stdout: asTerminal(new PassThrough(), { columns }), stderr: asTerminal(new PassThrough()) },
      {},
      neverUnwritten,
    );
    expect(out.columns).toBe(expected);
  });

  test.each([
    [{ isTTY: true, columns: 100 }, { COLUMNS: "70" }, 100],
    [{}, {}, Number.POSITIVE_INFINITY],
    [{}, { COLUMNS: "90" }, 90],
    [{}, { COLUMNS: "9" }, 60],
    [{}, { COLUMNS: "wide" }, Number.POSITIVE_INFINITY],
  ])("tables of %j with %j are %i columns wide", (stream, env, expected) => {
    const stdout = asTerminal(new PassThrough(), stream);
    const out = createOutput({ stdout, stderr: asTerminal(new PassThrough()) }, env, neverUnwritten);
    expect(out.tableColumns).toBe(expected);
  });

  test("a reader that goes away is no error, and nothing is written to it any more", async () => {
    const written: string[] = [];
    const stdout = refusing("EPIPE", written);
    const out = createOutput(
      { stdout: asTerminal(stdout), stderr: asTerminal(new PassThrough()) },
      {},
      neverUnwritten,
    );
    out.result("one");
    await new Promise((resolve) => out.readerGone.addEventListener("abort", resolve));
    out.result("two");
    expect(written).toEqual(["one\n"]);
  });

  test.each(["ENOSPC", "EIO", "EDQUOT", "EFBIG"])("results that %s refuses are told once", async (code) => {
    const written: string[] = [];
    const told: string[] = [];
    const out = createOutput(
      { stdout: asTerminal(refusing(code, written)), stderr: asTerminal(new PassThrough()) },
      {},
      ({ message }) => void told.push(message),
    );
    const ended = new Promise((resolve) => out.readerGone.addEventListener("abort", resolve));
    out.result("one");
    out.result("two");
    await ended;
    await new Promise(setImmediate);
    out.result("three");
    expect(told).toEqual([`${code}: write`]);
    expect(written).not.toContain("three\n");
  });

  test("a standard error that is full ends nothing", async () => {
    const [stdout, written] = [new PassThrough(), [] as string[]];
    const out = createOutput(
      { stdout: asTerminal(stdout), stderr: asTerminal(refusing("ENOSPC", written)) },
      {},
      neverUnwritten,
    );
    out.progress("on the way");
    await new Promise(setImmediate);
    out.result("a result");
    expect(written).toEqual(["on the way\n"]);
    expect(read(stdout)).toBe("a result\n");
  });
});
