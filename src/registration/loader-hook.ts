/**
 * Runs in the loader's thread. `import-in-the-middle` with a list of its own: only modules that an instrumentation of ours looks at
 * pass through it, so that all others are loaded as if nobody were here. It is loaded with the first of them, because most programs have none, and
 * its parsers take longer to load than this thread.
 *
 * A host may have registered the same hook for its own instrumentations, before or after us. Ours is another instance of it, and
 * leaves no trace by which the host's would think that it is there already.
 */
import { SAYS_LOADED } from "./says-loaded.js";

interface Hook {
  initialize(options: object): Promise<void>;
  resolve(...args: unknown[]): unknown;
  load(...args: unknown[]): unknown;
}

export interface HookOptions {
  /** `hook.mjs` of the `import-in-the-middle` that the instrumentations use. */
  readonly url: string;
  readonly include: readonly (string | RegExp)[];
}

const MARK = "__import_in_the_middle_initialized__";

let options: HookOptions | undefined;
let loading: Promise<Hook> | undefined;
let hook: Hook | undefined;

export function initialize(given: HookOptions): void {
  options = given;
}

async function loadHook({ url, include }: HookOptions): Promise<Hook> {
  const made = (await import(`${url}?otel-agent-actions`)) as Hook;
  const mark: unknown = Reflect.get(globalThis, MARK);
  Reflect.deleteProperty(globalThis, MARK);
  await made.initialize({ include: [...include] });
  Reflect.set(globalThis, MARK, mark);
  return made;
}

type Next = (...args: unknown[]) => unknown;

export async function resolve(specifier: unknown, context: unknown, next: Next): Promise<unknown> {
  if (hook !== undefined) return hook.resolve(specifier, context, next);
  const resolved = await next(specifier, context);
  const url = urlOf(resolved);
  if (options === undefined || !isIncluded(url, options.include)) return resolved;
  if (isBare(specifier)) names.set(url, specifier);
  loading ??= loadHook(options);
  hook = await loading;
  return hook.resolve(names.get(url) ?? specifier, context, () => resolved);
}

/**
 * By which name a file was asked for before the hook was there. The hook keeps the last one, and knows a package by its name only: a file of the
 * package that asks for `../index.mjs` meanwhile would hide it.
 */
const names = new Map<string, string>();

const isBare = (specifier: unknown): specifier is string =>
  typeof specifier === "string" && !/^(?:\.{0,2}\/|\w{2,}:)/.test(specifier);

export async function load(url: unknown, context: unknown, next: Next): Promise<unknown> {
  if (hook === undefined) return next(url, context);
  const loaded = await hook.load(url, context, next);
  return isStandIn(String(url)) ? sayingLoaded(loaded) : loaded;
}

/** What the hook makes of a module that is included. */
const isStandIn = (url: string): boolean =>
  options !== undefined && url.includes("iitm=") && isIncluded(url, options.include);

function sayingLoaded(loaded: unknown): unknown {
  if (typeof loaded !== "object" || loaded === null) return loaded;
  const source: unknown = Reflect.get(loaded, "source");
  return typeof source === "string" ? { ...loaded, source: `${SAYS_LOADED}${source}` } : loaded;
}

const urlOf = (resolved: unknown): string =>
  typeof resolved === "object" && resolved !== null ? String(Reflect.get(resolved, "url")) : "";

// A module of Node by its name, a package by where its files lie.
export const isIncluded = (url: string, include: HookOptions["include"]): boolean =>
  include.some((each) =>
    typeof each === "string" ? url === each || url === `node:${each}` : each.test(url),
  );
