import { describe, expect, test } from "vitest";
import { cutToWidth, renderTable, textWidth } from "../../../src/cli/format/table.js";
import { formatBytes, formatCount, formatDuration, oneLine } from "../../../src/cli/format/values.js";
import { createStyle } from "../../../src/cli/framework/output.js";

describe("formatDuration", () => {
  test.each([
    [0, "0 ms"],
    [0.004, "0.1 ms"],
    [0.44, "0.4 ms"],
    [1, "1 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [1_310, "1.31 s"],
    [9_994, "9.99 s"],
    [9_996, "10.0 s"],
    [99_949, "99.9 s"],
    [99_960, "2 min"],
    [5_399_000, "90 min"],
    [7_200_000, "2 h"],
    [259_200_000, "3 d"],
  ])("%s ms is %s", (millis, text) => {
    expect(formatDuration(millis)).toBe(text);
  });
});

describe("formatBytes", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [1_949, "1.9 kB"],
    [9_960, "10 kB"],
    [999_400, "999 kB"],
    [999_600, "1.0 MB"],
    [45_000_000, "45 MB"],
    [2.5e15, "2500 TB"],
  ])("%s bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

test("a count has its thousands apart and its plural right", () => {
  expect(formatCount(1, "file")).toBe("1 file");
  expect(formatCount(0, "copy", "copies")).toBe("0 copies");
  expect(formatCount(12_345, "file")).toBe("12,345 files");
});

describe("text from elsewhere on one line", () => {
  test("line breaks and blanks become one blank", () => {
    expect(oneLine("  a\r\n\tb  c \n")).toBe("a b c");
  });

  test("what could steer a terminal is made visible", () => {
    expect(oneLine("\u001b[2J\u001b]0;title\u0007 \u0000 \u202eevil")).toBe("�[2J�]0;title� � �evil");
  });
});

describe("width", () => {
  test.each([
    ["abc", 3],
    ["\u001b[31mred\u001b[39m", 3],
    ["漢字", 4],
    ["👩‍👩‍👧", 2],
    ["é", 1],
  ])("%s takes %i columns", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test("a cut text ends with an ellipsis, fits, and splits no character", () => {
    expect(cutToWidth("abcdef", 6)).toBe("abcdef");
    expect(cutToWidth("abcdefg", 6)).toBe("abcde…");
    expect(cutToWidth("漢字漢字", 6)).toBe("漢字…");
    expect(cutToWidth("ab 👩‍👩‍👧 cd", 5)).toBe("ab…");
  });
});

describe("renderTable", () => {
  test("aligns columns whatever their colours, and leaves no blanks at the end", () => {
    const { bad } = createStyle(true, { FORCE_COLOR: "1" });
    const rows = [
      ["a", bad("1"), ""],
      ["long name", "22", "x"],
    ];
    const lines = renderTable(rows, [{ maxWidth: 6 }, { align: "right" }, {}]);
    expect(lines).toEqual([`a        ${bad("1")}`, "long…   22   x"]);
  });
});
