/**
 * Runs in the loader's thread. `import-in-the-middle` with a list of its own: only modules that an instrumentation of ours looks at
 * pass through it, so that all others are loaded as if nobody were here.
 *
 * A host may have registered the same hook for its own instrumentations, before or after us. Ours is another instance of it, and
 * leaves no trace by which the host's would think that it is there already.
 */
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

let hook: Hook | undefined;

export async function initialize({ url, include }: HookOptions): Promise<void> {
  const made = (await import(`${url}?otel-agent-actions`)) as Hook;
  const mark: unknown = Reflect.get(globalThis, MARK);
  Reflect.deleteProperty(globalThis, MARK);
  await made.initialize({ include: [...include] });
  Reflect.set(globalThis, MARK, mark);
  hook = made;
}

type Next = (...args: unknown[]) => unknown;

export function resolve(specifier: unknown, context: unknown, next: Next): unknown {
  return hook === undefined ? next(specifier, context) : hook.resolve(specifier, context, next);
}

export function load(url: unknown, context: unknown, next: Next): unknown {
  return hook === undefined ? next(url, context) : hook.load(url, context, next);
}
