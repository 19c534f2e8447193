import { expect, test } from "vitest";
import { valuesInText, valuesOfLine } from "../../../../exporter/span-files/values-in-text.js";

const span = (id: number) => ({ traceId: "a".repeat(32), spanId: `${id}`, name: "x { y" });

function read(text: string) {
  const problems: string[] = [];
  return { values: valuesInText(text, problems).map(({ value }) => value), problems };
}

test("several documents on one line are read, as several on lines are", () => {
  const [one, two] = [JSON.stringify(span(1)), JSON.stringify(span(2))];
  for (const text of [`${one}${two}`, `${one} ${two}\n`, `${one}\n${two}`, `log\n${one}${two}\nmore`])
    expect(read(text)).toEqual({ values: [span(1), span(2)], problems: [] });
  expect(read(`${one}\n${two}${one}`)).toEqual({ values: [span(1), span(2), span(1)], problems: [] });
});

test("a document behind one that was cut off is read, and the cut one is told", () => {
  const problems: string[] = [];
  const line = `${JSON.stringify(span(1)).slice(0, 30)}${JSON.stringify(span(2))}`;
  expect(valuesOfLine(line, 7, problems).map(({ value }) => value)).toEqual([span(2)]);
  expect(problems).toEqual([expect.stringMatching(/^line 7: not JSON/)]);
});

test("a span that was cut off among the lines of a log is told, and a line that only names a trace is not", () => {
  const whole = JSON.stringify(span(1), null, 2);
  const cut = JSON.stringify(span(2), null, 2).slice(0, -8);
  expect(read(`INFO "trace": traceId: 7\n${whole}\nINFO trace_id=9\n`)).toEqual({
    values: [span(1)],
    problems: [],
  });
  expect(read(`INFO start\n${whole}\n${cut}`).problems).toEqual([expect.stringMatching(/^line 8: a piece/)]);
  expect(read(`${JSON.stringify(span(2)).slice(5)}\n${JSON.stringify(span(1))}`).problems).toEqual([
    expect.stringMatching(/^line 1: a piece/),
  ]);
});

test("a byte order mark is no part of the first line", () => {
  const line = JSON.stringify(span(1));
  expect(read(`\ufeff${line}`)).toEqual({ values: [span(1)], problems: [] });
  expect(read(`\ufeff${line}\n${line}`)).toEqual({ values: [span(1), span(1)], problems: [] });
});
