import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorGroup, errorPattern } from "../../../src/event/index.js";

describe("errors that differ only in what varies have one group", () => {
  test.each([
    ["a number", "timed out after 3000 ms", "timed out after 15 ms"],
    ["a number with its unit", "timed out after 30s", "timed out after 1.5s"],
    ["a percentage", "disk 91% full", "disk 99.5% full"],
    ["a path", "ENOENT: no such file: /srv/a/b.ts", "ENOENT: no such file: /tmp/x"],
    ["a relative path", "cannot read src/a.ts", "cannot read lib/deep/b.ts"],
    ["a Windows path", "cannot read C:\\Users\\jo\\a.txt", "cannot read D:\\b.txt"],
    ["a URL", "GET https://a.example/x?y=1 failed", "GET http://b.example failed"],
    [
      "a UUID",
      "run 01900000-0000-7000-8000-000000000001 is gone",
      "run 7c0e4d58-8f2b-46e5-9d1c-4a7b309a1f3b is gone",
    ],
    ["an id", "no call toolu_01A09q90qw90lq917835lq9", "no call call_1"],
    ["a hash", "object 9a1f3b52 is missing", "object 7c0e4d588f2b is missing"],
    ["what is quoted", 'Unknown column "user_name"', 'Unknown column "password"'],
    ["what is quoted once", "No tool named 'search'", "No tool named 'fetch'"],
    ["what GNU quotes", "sh: line 1: unexpected token `|'", "sh: line 2: unexpected token `newline'"],
    ["a command that a shell quotes", "sh: `cut -d' ' a'\nsh: failed", "sh: `awk '{print $1}''\nsh: failed"],
    ["an address", "no mailbox for jo@example.org", "no mailbox for a.b@mail.example"],
    ["a time", "expired at 2026-01-01T00:00:00Z", "expired at 2026-11-29T04:20:11.123Z"],
    ["a host and port", "connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED 10.0.0.7:6432"],
    ["a list", "missing keys 1, 2, 3", "missing keys 7"],
    ["space", "line one\n   line  two", "line one line two"],
    ["letter case", "File Not Found", "file not found"],
  ])("%s", (_, one, other) => {
    expect(errorPattern(one)).toBe(errorPattern(other));
    expect(errorGroup(one)).toBe(errorGroup(other));
    expect(errorGroup(one)).toMatch(/^[0-9a-f]{16}$/);
  });
});

test.each([
  ["card declined", "card expired"],
  ["timed out after 3 s", "refused after 3 s"],
  ["can't open the file", "can't close the file"],
  ["no such file: /a", "no such folder: /a"],
  ["Unknown column 'a'", "Unknown table 'a'"],
  ["`a`'s value is missing", "`a`'s value is too long"],
])("%s and %s are two errors", (one, other) => {
  expect(errorGroup(one)).not.toBe(errorGroup(other));
});

test("an apostrophe inside a word quotes nothing", () => {
  expect(errorPattern("can't find the user's file")).toBe("can't find the user's file");
});

test("without a message there is no group", () => {
  expect(errorGroup(undefined)).toBeUndefined();
  expect(errorGroup(" \n")).toBeUndefined();
});

test("any text has a group that the pattern's own text has too, and what comes late in a message changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
      const group = errorGroup(text);
      expect(group === undefined || /^[0-9a-f]{16}$/.test(group)).toBe(true);
    }),
  );
  const long = "stack frame ".repeat(100);
  expect(errorGroup(`${long} one`)).toBe(errorGroup(`${long} another`));
});
