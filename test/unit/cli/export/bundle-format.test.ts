import { expect, test } from "vitest";
import { ApiClient } from "../../../../src/cli/client/client.js";
import { readBundleOf } from "../../../../src/cli/export/bundle-format.js";
import { readBundle } from "../../../../src/run-document/bundle.js";

const RUN = "11111111-1111-4111-8111-111111111111";
const whole = { sha256: "ab".repeat(32), bytes: 12_000_000 };
const ACTIONS = [
  `{"id":"2","action_details":{"cost":12345678901234567890},"truncated":null}`,
  JSON.stringify({ id: "1", action_details: { tool_result_whole: whole }, truncated: null }),
];
const FILES = ['{"action_id":"1","file_path":"/srv/shop/cart.ts"}'];

/** An API with one run; `inTree`: how many actions its skeleton has. */
const apiOf = (inTree: number) =>
  new ApiClient({
    target: "a test",
    close: async () => undefined,
    async send(path) {
      const [where = ""] = path.split("?");
      if (where === "/actions") return new Response(ACTIONS.join("\n"));
      if (where === "/files") return new Response(FILES.join("\n"));
      if (where.endsWith("/skeleton")) return new Response(JSON.stringify({ count: inTree }));
      return new Response(JSON.stringify({ correlation_id: RUN }));
    },
  });

test("a bundle has the rows digit for digit, and says what is not in it", async () => {
  const { text, actions, gone } = await readBundleOf("build-7", apiOf(3));
  expect({ actions, gone }).toEqual({ actions: 2, gone: 0 });
  const { parts, ...manifest } = await readBundle(text);
  expect(parts["actions.jsonl"]).toBe(`${ACTIONS.join("\n")}\n`);
  expect(parts["files.jsonl"]).toBe(`${FILES[0]}\n`);
  expect(manifest).toMatchObject({ run: RUN, actions: 2, files: 1 });
  expect(manifest.leftOut.map(({ what, count }) => [what, count])).toEqual([
    ["labels, notes and outcomes", undefined],
    ["notices", undefined],
    ["contents too large for a row", 1],
    ["actions of the tree", 1],
  ]);
});

test("a run that is too large for a bundle is refused with the way out", async () => {
  await expect(readBundleOf("build-7", apiOf(2), 100)).rejects.toThrow("--format jsonl");
});
