import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BundleContents,
  BundleError,
  bundleText,
  readBundle,
} from "../../../src/run-document/bundle.js";

const contents: BundleContents = {
  run: "11111111-1111-4111-8111-111111111111",
  exportedAt: "2026-01-06T10:00:00.000Z",
  actions: 2,
  files: 0,
  leftOut: [{ what: "notices", why: "computed in one database" }],
  parts: {
    "run.json": '{"correlation_id":"11111111-1111-4111-8111-111111111111","cost":12345678901234567890}',
    "skeleton.json": '{"count":2}',
    "actions.jsonl": '{"id":"1","text":"caf\u00e9 \u202E"}\n{"id":"2"}\n',
    "files.jsonl": "",
  },
};

test("a bundle is read as it was written, and its hashes are those of the texts", async () => {
  const text = await bundleText(contents);
  expect(await readBundle(text)).toEqual(contents);
  const { manifest, manifest_sha256, parts } = JSON.parse(text);
  const sha256 = (value: string) => createHash("sha256").update(value).digest("hex");
  expect(manifest_sha256).toBe(sha256(JSON.stringify(manifest)));
  for (const [name, part] of Object.entries(contents.parts)) {
    expect(parts[name]).toBe(part);
    expect(manifest.parts[name].sha256).toBe(sha256(part));
  }
});

test("whichever byte changes, it is refused, or says the same", async () => {
  const bytes = Buffer.from(await bundleText(contents));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, by) => {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] as number) ^ by;
      const read = await readBundle(changed.toString("utf8")).catch((error: unknown) => error);
      if (!(read instanceof BundleError)) expect(read).toEqual(contents);
    }),
  );
});

test("what is refused is named", async () => {
  const text = await bundleText(contents);
  const refusal = (change: (bundle: ReturnType<typeof JSON.parse>) => void) => {
    const bundle = JSON.parse(text);
    change(bundle);
    return expect(readBundle(JSON.stringify(bundle))).rejects;
  };
  for (const name of Object.keys(contents.parts))
    await refusal(({ parts }) => {
      parts[name] += " ";
    }).toThrow(`The part ${name} is not what was written`);
  await refusal(({ parts }) => {
    delete parts["files.jsonl"];
  }).toThrow("The part files.jsonl");
  await refusal(({ parts }) => {
    parts["more.jsonl"] = "";
  }).toThrow("The part more.jsonl");
  await refusal(({ manifest }) => {
    manifest.counts.actions = 3;
  }).toThrow("The part manifest");
  await refusal(({ manifest }) => {
    manifest.version = 2;
  }).toThrow("version 2");
  // Whose hashes are right, as its writer computed them.
  for (const odd of [
    { leftOut: "none" },
    { leftOut: [{ what: 1 }] },
    { exportedAt: "today" },
    { actions: "2" },
  ])
    await expect(
      readBundle(await bundleText({ ...contents, ...odd } as unknown as BundleContents)),
    ).rejects.toThrow("The manifest has not the members");
  await expect(readBundle(text.slice(0, -1))).rejects.toThrow("it is no JSON");
  await expect(readBundle('{"id":"1"}')).rejects.toThrow("The file is no bundle");
  await expect(readBundle("[]")).rejects.toThrow(BundleError);
});
