import { describe, expect, test } from "vitest";
import { arrayLiteral } from "../../../src/store/array-literal.js";

describe("a PostgreSQL array as text", () => {
  test("quotes every text, so that NULL, blanks, commas and braces are texts", () => {
    expect(arrayLiteral(["NULL", "", " a ", "b,c", "{d}"])).toBe('{"NULL",""," a ","b,c","{d}"}');
  });

  test("escapes quotes and backslashes, and nothing else", () => {
    expect(arrayLiteral(['"', "\\", "\\n", "\n"])).toBe('{"\\"","\\\\","\\\\n","\n"}');
  });

  test("writes absent elements as NULL, and nothing but absent elements as null", () => {
    expect(arrayLiteral([undefined, "a", undefined])).toBe('{NULL,"a",NULL}');
    expect(arrayLiteral([undefined, undefined])).toBeNull();
    expect(arrayLiteral([])).toBeNull();
  });

  test("leaves plain elements as they are", () => {
    expect(arrayLiteral(["1", undefined, "2"], false)).toBe("{1,NULL,2}");
  });
});
