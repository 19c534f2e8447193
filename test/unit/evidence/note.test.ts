import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryOf, type Leaf } from "../../../src/evidence/leaf.js";
import {
  formatSigningKey,
  generateKey,
  isKeyName,
  parseSigningKey,
  parseVerifierKey,
  readCheckpoint,
  signCheckpoint,
} from "../../../src/evidence/note.js";
import { readCheckpoints } from "../../../src/evidence/witness.js";

interface Vectors {
  readonly name: string;
  readonly seed: string;
  readonly verifierKey: string;
  readonly roots: Readonly<Record<string, string>>;
  readonly checkpoints: Readonly<Record<string, string>>;
}

const vectors = JSON.parse(readFileSync("test/fixtures/evidence/aics-tlog.json", "utf8")) as Vectors;

/** The key of the vectors, by the text of its file. */
function vectorKey() {
  const id = vectors.verifierKey.split("+")[1];
  const bytes = Buffer.concat([Buffer.from([1]), Buffer.from(vectors.seed, "base64")]);
  const key = parseSigningKey(`PRIVATE+KEY+${vectors.name}+${id}+${bytes.toString("base64")}\n`);
  if (key === undefined) throw new Error("the key of the vectors is none");
  return key;
}

test("checkpoints are signed byte for byte as another implementation does, and read from it", () => {
  const key = vectorKey();
  expect(key.verifier.text).toBe(vectors.verifierKey);
  expect(Object.keys(vectors.checkpoints).length).toBeGreaterThan(10);
  for (const [size, note] of Object.entries(vectors.checkpoints)) {
    const root = Buffer.from(vectors.roots[size] ?? "", "base64");
    expect(signCheckpoint({ size: Number(size), root }, key)).toBe(note);
    expect(readCheckpoint(note, key.verifier)).toEqual({ origin: vectors.name, size: Number(size), root });
  }
});

test("a note that was changed in any byte says nothing", () => {
  const key = vectorKey();
  const note = Buffer.from(vectors.checkpoints["300"] ?? "");
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = Buffer.from(note);
      changed[at] = (changed[at] ?? 0) ^ mask;
      const read = readCheckpoint(changed.toString(), key.verifier);
      // The end of the last line is not signed and says nothing.
      if (read !== undefined) expect(read).toEqual(readCheckpoint(note.toString(), key.verifier));
    }),
  );
});

test("a note of another key, another name or without a signature says nothing", () => {
  const [key, other] = [generateKey("example.com/log"), generateKey("example.com/log")];
  const note = signCheckpoint({ size: 1, root: Buffer.alloc(32) }, key);
  expect(readCheckpoint(note, key.verifier)?.size).toBe(1);
  expect(readCheckpoint(note, other.verifier)).toBeUndefined();
  expect(readCheckpoint(note.split("\n\n")[0] ?? "", key.verifier)).toBeUndefined();
  expect(readCheckpoint(`${note.split("\n\n")[0]}\n\n`, key.verifier)).toBeUndefined();
  // A second signature, as a witness adds it, changes nothing.
  expect(readCheckpoint(`${note}\u2014 witness AAAAAAAA\n`, key.verifier)?.size).toBe(1);
});

test("keys are what their texts say, or none, and the one that signs is shown nowhere", () => {
  const key = generateKey("example.com/log");
  const text = formatSigningKey(key);
  expect(parseSigningKey(text)?.verifier).toEqual(key.verifier);
  expect(parseVerifierKey(key.verifier.text)).toEqual(key.verifier);
  for (const wrong of ["", "x", text.replace("log", "leg"), key.verifier.text, text.slice(0, -8), `${text}+`])
    expect(parseSigningKey(wrong), wrong).toBeUndefined();
  for (const wrong of ["", text, key.verifier.text.replace("log", "leg")])
    expect(parseVerifierKey(wrong)).toBeUndefined();
  const seed = key.seed.reveal();
  const shown = inspect(key, { depth: null }) + JSON.stringify(key);
  expect(shown).not.toContain(seed.toString("base64").slice(0, 20));
  expect(shown).not.toContain(seed.toString("hex").slice(0, 20));
  expect(isKeyName("a b")).toBe(false);
  expect(isKeyName("a+b")).toBe(false);
  expect(isKeyName("")).toBe(false);
});

test("a witness's file is read note by note, one that was cut off left out", () => {
  const key = generateKey("example.com/log");
  const notes = [1, 2, 3].map((size) => signCheckpoint({ size, root: Buffer.alloc(32, size) }, key));
  const file = notes.map((note) => `${note}\n`).join("");
  expect(readCheckpoints(file)).toEqual(notes);
  expect(readCheckpoints(notes[0] ?? "")).toEqual([notes[0]]);
  expect(readCheckpoints("")).toEqual([]);
  for (let end = 0; end < file.length; end++)
    // A note whose signature was cut off does not pass for one.
    for (const [at, note] of readCheckpoints(file.slice(0, end)).entries())
      if (readCheckpoint(note, key.verifier) !== undefined) expect(note.trimEnd()).toBe(notes[at]?.trimEnd());
});

test("an entry depends on nothing but the columns that the table keeps", () => {
  const leaf: Leaf = {
    kind: "action",
    rowId: "0199f0c5-6d9c-7c3a-8000-000000000001",
    createdAt: "2026-11-01T10:00:00.123456Z",
    sha256: Buffer.alloc(32, 7),
    kafka: "agent-actions/3/12345",
    loggedAt: "2026-11-01T10:00:01.000Z",
  };
  expect(entryOf(leaf).toString()).toBe(
    `{"kind":"action","id":"${leaf.rowId}","created_at":"${leaf.createdAt}","sha256":"${"07".repeat(32)}","kafka":"agent-actions/3/12345","logged_at":"${leaf.loggedAt}"}`,
  );
  const { sha256: _, kafka: __, ...gone } = leaf;
  expect(entryOf(gone).toString()).toContain('"removed":true');
  const removed = { kind: "action", loggedAt: leaf.loggedAt } as const;
  expect(entryOf({ ...removed, details: { removed: 5, before: "x" } })).toEqual(
    entryOf({ ...removed, details: { before: "x", removed: 5 } }),
  );
});
