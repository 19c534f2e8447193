import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { type HookOptions, isIncluded } from "./loader-hook.js";

type Next<Result> = (name: string, context: unknown) => Result;

interface Resolved {
  readonly url: string;
}

/** `create-hook.mjs` of `import-in-the-middle` from version 3.3 on. */
interface CreateHook {
  supportsSyncHooks(): boolean;
  createHook(place: { readonly url: string }): {
    applyOptions(options: object): void;
    resolveSync(specifier: string, context: unknown, next: Next<Resolved>): Resolved;
    loadSync(url: string, context: unknown, next: Next<unknown>): unknown;
  };
}

/** Of Node 22.15 and later. */
type RegisterHooks = (hooks: {
  resolve(
    specifier: string,
    context: { readonly conditions?: readonly string[] },
    next: Next<Resolved>,
  ): Resolved;
  load(url: string, context: unknown, next: Next<unknown>): unknown;
}) => void;

/**
 * The same as the loader's thread does (`loader-hook.ts`) in the thread of the program, where Node and `import-in-the-middle` can: a start without
 * a thread, and no way to another thread for each module that is loaded. Only where {@link canHookInThread}.
 *
 * @param onFirst called before the first file that is included is loaded
 */
export function hookInThread({ url, include }: HookOptions, onFirst: () => void): void {
  let hook: ReturnType<CreateHook["createHook"]> | undefined;
  (registerHooks() as RegisterHooks)({
    resolve(specifier, context, next) {
      if (hook !== undefined) return hook.resolveSync(specifier, context, next);
      const resolved = next(specifier, context);
      // What is required is instrumented where it is required.
      if (context.conditions?.includes("require") || !isIncluded(resolved.url, include)) return resolved;
      onFirst();
      hook = partOf<CreateHook>(url, "create-hook.mjs").createHook({ url });
      hook.applyOptions({ include: [...include] });
      return hook.resolveSync(specifier, context, next);
    },
    load: (file, context, next) =>
      hook === undefined ? next(file, context) : hook.loadSync(file, context, next),
  });
}

/** @param url of `hook.mjs` */
export function canHookInThread(url: string): boolean {
  if (typeof registerHooks() !== "function") return false;
  try {
    // Of a version that knows nothing of this there is no such file.
    return partOf<CreateHook>(url, "supports-sync-hooks.mjs").supportsSyncHooks();
  } catch {
    return false;
  }
}

const registerHooks = (): unknown => Reflect.get(nodeModule, "registerHooks");

/** A file beside `hook.mjs`. */
const partOf = <Part>(url: string, name: string): Part =>
  nodeModule.createRequire(url)(fileURLToPath(new URL(name, url))) as Part;
