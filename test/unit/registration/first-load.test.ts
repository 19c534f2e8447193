import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onFirstLoad } from "../../../src/registration/first-load.js";
import { MODULE_LOADED, SAYS_LOADED } from "../../../src/registration/says-loaded.js";

type Require = (name: string) => unknown;

const loader = Module.prototype as unknown as { load: unknown; require: Require };
const original = { load: loader.load, require: loader.require };
const did: string[] = [];

let folder: string;
let require: Require;
beforeEach(async () => {
  did.length = 0;
  Reflect.set(globalThis, "firstLoadDid", did);
  folder = await realpath(await mkdtemp(join(tmpdir(), "first-load-")));
  await mkdir(join(folder, "node_modules/known"), { recursive: true });
  await write("node_modules/known/index.js", "firstLoadDid.push('known runs'); exports.is = 'plain';");
  require = createRequire(join(folder, "program.js"));
});
afterEach(async () => {
  Object.assign(loader, original);
  Reflect.deleteProperty(globalThis, MODULE_LOADED);
  await rm(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const isKnown = (file: string): boolean => file.startsWith(join(folder, "node_modules/known"));

/** As an instrumentation does: what is required from now on is another. */
function patchRequire(): void {
  did.push("act");
  const { require: before } = loader;
  loader.require = function (name) {
    const exports = Reflect.apply(before, this, [name]);
    return /known/.test(name) ? { is: "patched" } : exports;
  };
}

test.each(["known", "./node_modules/known/index.js"])(
  "acts before the code of require(%j) runs, once",
  (name) => {
    onFirstLoad(isKnown, patchRequire);
    expect(require(name)).toEqual({ is: "patched" });
    expect(require(name)).toEqual({ is: "patched" });
    expect(did).toEqual(["act", "known runs"]);
  },
);

test("leaves nothing behind, and does nothing for other modules", async () => {
  await write("other.js", "firstLoadDid.push('other runs');");
  onFirstLoad(isKnown, () => did.push("act"));
  require("./other.js");
  expect(did).toEqual(["other runs"]);
  require("known");
  expect([did, loader.load, loader.require]).toEqual([
    ["other runs", "act", "known runs"],
    original.load,
    original.require,
  ]);
});

test("a module that takes itself out of the cache runs once, though it loads the first that is known", async () => {
  await write(
    "fresh.js",
    "delete require.cache[__filename]; firstLoadDid.push('fresh runs'); exports.of = require('known').is;",
  );
  onFirstLoad(isKnown, patchRequire);
  expect(require("./fresh.js")).toEqual({ of: "patched" });
  expect(did).toEqual(["fresh runs", "act", "known runs"]);
});

test("what fails to load fails as it would, and acts all the same", async () => {
  await write("node_modules/known/index.js", "throw new RangeError('broken');");
  onFirstLoad(isKnown, () => did.push("act"));
  expect(() => require("known")).toThrow(RangeError);
  expect(() => require("missing")).toThrow(/Cannot find module 'missing'/);
  expect(did).toEqual(["act"]);
});

test("acts at once where one is loaded already", () => {
  require("known");
  onFirstLoad(isKnown, patchRequire);
  expect(require("known")).toEqual({ is: "patched" });
  expect(did).toEqual(["known runs", "act"]);
});

test("stays below what others have put there since", () => {
  onFirstLoad(isKnown, () => did.push("act"));
  const ours = loader.require;
  const theirs = function (this: Module, name: string) {
    return Reflect.apply(ours, this, [name]);
  };
  loader.require = theirs;
  expect(require("known")).toEqual({ is: "plain" });
  expect([did, loader.require]).toEqual([["act", "known runs"], theirs]);
});

test("an ES module says that it is loaded, and whoever watches can act by itself", () => {
  const act = onFirstLoad(isKnown, () => did.push("act"));
  // What stands in front of the source of a module.
  new Function(SAYS_LOADED)();
  act();
  expect(did).toEqual(["act"]);
});
