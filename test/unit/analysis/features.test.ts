import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalText } from "../../../src/analysis/call-keys.js";
import { fileArea, memberNames } from "../../../src/analysis/features.js";

test("the names of an object's members, whatever is in it, and of its beginning those that stand whole", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue(), { maxKeys: 8 }),
      fc.nat(),
      (value, cut) => {
        const text = canonicalText(value);
        // Names as they stand in the text: with escapes.
        const expected = Object.keys(value)
          .sort((one, other) => (one < other ? -1 : 1))
          .map((name) => JSON.stringify(name).slice(1, -1));
        expect(memberNames(text)).toEqual(expected);
        const some = memberNames(text.slice(0, cut % (text.length + 1)));
        expect(some).toEqual(expected.slice(0, some.length));
      },
    ),
    { numRuns: 500 },
  );
  for (const text of ["[1]", '"a": 1', "null", ""]) expect(memberNames(text)).toEqual([]);
});

test.each([
  ["/shop/src/cart/total.ts", "/shop", "src/cart"],
  ["/shop/src/cart/parts/total.ts", "/shop/", "src/cart"],
  ["/shop/README.md", "/shop", "."],
  ["src/cart/total.ts", undefined, "src/cart"],
  ["./notes.md", "/shop", "."],
  ["/etc/nginx/conf.d/site.conf", "/shop", "/etc/nginx"],
  ["/shopping/list.txt", "/shop", "/shopping"],
  ["/home/alice/.ssh/id_rsa", "/shop", "~/.ssh"],
  ["/Users/bob/work/a/b.ts", undefined, "~/work/a"],
  ["/root/.aws/credentials", undefined, "~/.aws"],
  ["C:\\Users\\bob\\work\\a.ts", undefined, "~/work"],
  ["C:\\shop\\src\\a.ts", "C:\\shop", "src"],
])("%s, seen from %s, is in %s", (path, folder, area) => expect(fileArea(path, folder)).toBe(area));
