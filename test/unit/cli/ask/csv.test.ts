import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine, csvRow } from "../../../../src/cli/lists/csv.js";
import { rawItems } from "../../../../src/store/raw-members.js";

/** Reads one record as RFC 4180 has it. */
function fieldsOf(line: string): string[] {
  const fields = [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,"\r\n]*))/g)];
  return fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

test("any texts are read again as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (fields) => {
      expect(fieldsOf(csvLine(fields))).toEqual(fields);
    }),
  );
});

test("numbers keep their digits, null is nothing, objects are JSON, a missing member is nothing", () => {
  const row = '{"a":12345678901234567890,"b":null,"c":{"x": [1,"y,z"]},"d":"say \\"hi\\"\\n","e":true}';
  expect(csvRow(row, ["e", "a", "b", "c", "d", "f"])).toBe(
    'true,12345678901234567890,,"{""x"": [1,""y,z""]}","say ""hi""\n",',
  );
});

test("items of an array are those of JSON.parse, as their texts", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, 2), (items, indent) => {
      const texts = rawItems(JSON.stringify(items, undefined, indent));
      expect(texts.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(items)));
    }),
  );
  expect(rawItems('[ 1.00 , {"a":12345678901234567890}]')).toEqual(["1.00", '{"a":12345678901234567890}']);
});
