import Module from "node:module";
import { MODULE_LOADED } from "./says-loaded.js";

/** Of Node's loader of CommonJS; types say nothing of it. */
interface Loader {
  load(this: Module, file: string): void;
  require(this: Module, name: string): unknown;
}

/**
 * Acts once, before the code of the first file that is known runs.
 *
 * A file of CommonJS is seen when Node loads it. What `act` puts about `require` has not been there when that file was required, so the same is
 * required once more, which gives the module that is loaded by then. An ES module is seen where it says so, see {@link SAYS_LOADED}.
 *
 * @param act it must not throw
 * @returns acts now, unless that has been done
 */
export function onFirstLoad(isKnown: (file: string) => boolean, act: () => void): () => void {
  const loader = Module.prototype as unknown as Loader;
  const { load, require } = loader;
  let isOver = false;
  const loadAndLook: Loader["load"] = function (file) {
    if (!isOver && isKnown(file)) end();
    Reflect.apply(load, this, [file]);
  };
  const requireAgain: Loader["require"] = function (name) {
    const wasOver = isOver;
    const exports: unknown = Reflect.apply(require, this, [name]);
    return isOver && !wasOver && isKnown(fileOf(name, this))
      ? Reflect.apply(loader.require, this, [name])
      : exports;
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    // Where somebody else has come after this it stays, and does nothing.
    if (loader.load === loadAndLook) loader.load = load;
    if (loader.require === requireAgain) loader.require = require;
    act();
  };
  loader.load = loadAndLook;
  loader.require = requireAgain;
  Reflect.set(globalThis, MODULE_LOADED, end);
  if (Object.keys(cache()).some(isKnown)) end();
  return end;
}

interface Resolver {
  _resolveFilename(name: string, parent: Module): string;
  readonly _cache: Readonly<Record<string, unknown>>;
}

const resolver = Module as unknown as Resolver;

const fileOf = (name: string, parent: Module): string => resolver._resolveFilename(name, parent);

/** What is loaded already is patched where it is required again. */
const cache = (): Resolver["_cache"] => resolver._cache;
