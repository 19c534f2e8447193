/** A call that the host makes of something patched. */
export interface HostCall {
  readonly receiver: unknown;
  readonly args: readonly unknown[];
  /** Calls the original on the same receiver; with other arguments, where some are given. */
  proceed(args?: readonly unknown[]): unknown;
}

/** What happens instead of the call. It has to call `proceed` exactly once, and to throw nothing but what that throws. */
export type Around = (call: HostCall) => unknown;

type Method = (...args: unknown[]) => unknown;

/**
 * What an instrumentation changed in the modules of others. `undo` puts every property back as it was: own with the same
 * descriptor, or not there at all where it was inherited. One that somebody else has changed since is left alone; what
 * stands below it still calls the original, since an instrumentation that is off records nothing.
 */
export class Patches {
  readonly #undo: (() => void)[] = [];
  readonly #made = new WeakSet<object>();
  readonly #standIns = new WeakMap<object, StandIn>();

  /**
   * Puts `around` about a method, of a prototype or of a module's exports.
   *
   * @returns whether it is there now; `false` where there is no such method, or one that cannot be changed
   */
  method(holder: unknown, name: PropertyKey, around: Around): boolean {
    if (!isObject(holder)) return false;
    const original: unknown = Reflect.get(holder, name);
    if (typeof original !== "function") return false;
    if (this.#made.has(original)) return true;
    const own = Reflect.getOwnPropertyDescriptor(holder, name);
    const wrapped = wrap(original as Method, around);
    if (!redefine(holder, name, wrapped, own)) return false;
    this.#made.add(wrapped);
    this.#undo.push(() => {
      if (Reflect.get(holder, name) !== wrapped) return;
      if (own === undefined) Reflect.deleteProperty(holder, name);
      else Reflect.defineProperty(holder, name, own);
    });
    return true;
  }

  /** The same for a method of a thing that comes and goes, of which nothing is put back: what it leads to looks whether it is on. */
  passing(holder: object, name: PropertyKey, around: Around): boolean {
    const original: unknown = Reflect.get(holder, name);
    return typeof original === "function" && redefine(holder, name, wrap(original as Method, around));
  }

  /** For changes of another sort: registers how they are taken back. */
  onUndo(undo: () => void): void {
    this.#undo.push(undo);
  }

  /**
   * A function that a module exports. Where the export cannot be redefined (bundlers write getters that are fixed) the result is a
   * stand-in for the exports, which the caller has to give back to `require`; else it is what was given.
   */
  exported<Exports>(exports: Exports, name: string, around: Around): Exports {
    if (!isObject(exports) || this.method(exports, name, around)) return exports;
    const original: unknown = Reflect.get(exports, name);
    if (typeof original !== "function") return exports;
    const standIn = this.#standIns.get(exports) ?? new StandIn(exports);
    this.#standIns.set(exports, standIn);
    standIn.replaced.set(name, wrap(original as Method, around));
    this.#undo.push(() => standIn.replaced.delete(name));
    return standIn.proxy as Exports;
  }

  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}

class StandIn {
  readonly replaced = new Map<PropertyKey, Method>();
  readonly proxy: object;

  constructor(exports: object) {
    this.proxy = new Proxy(exports, {
      get: (target, key) => this.replaced.get(key) ?? Reflect.get(target, key),
    });
  }
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

// A Proxy, because nothing else is the same function in everything but being called.
function wrap(original: Method, around: Around): Method {
  return new Proxy(original, {
    apply: (target, receiver: unknown, args: unknown[]) =>
      around({
        receiver,
        args,
        proceed: (other = args) => Reflect.apply(target, receiver, other as unknown[]),
      }),
  });
}

function redefine(holder: object, name: PropertyKey, value: Method, own?: PropertyDescriptor): boolean {
  const { enumerable = false } = own ?? {};
  return Reflect.defineProperty(holder, name, { value, enumerable, configurable: true, writable: true });
}
