/**
 * What `@opentelemetry/api` 1.x keeps on `globalThis`, where all copies of it in a process meet. A copy reads nothing there when it
 * is newer than the copy that wrote it: it goes on without a word as if nothing were registered (semver.ts of the API).
 */
const API_GLOBAL = Symbol.for("opentelemetry.js.api.1");

/** The version of the copy of the API through which this process was set up, once a tracer provider is registered. */
export function registeredApiVersion(): string | undefined {
  const registered: unknown = Reflect.get(globalThis, API_GLOBAL);
  if (typeof registered !== "object" || registered === null) return undefined;
  if (Reflect.get(registered, "trace") === undefined) return undefined;
  const version: unknown = Reflect.get(registered, "version");
  return typeof version === "string" ? version : undefined;
}

/** Whether a copy of the API of this version sees what a copy of the registered version wrote. */
export function seesApiOf(registered: string, version: string): boolean {
  const [own, written] = [parse(version), parse(registered)];
  if (own === undefined || written === undefined) return true;
  if (own.prerelease || written.prerelease) return version === registered;
  return own.major === written.major && own.minor <= written.minor;
}

function parse(version: string) {
  const match = /^(\d+)\.(\d+)\.\d+(-)?/.exec(version);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), prerelease: match[3] === "-" };
}

/** Whether somebody has set a logger for `diag`: the API itself has no question for it. */
export function hasDiagLogger(): boolean {
  // Asked with each batch of spans: `Reflect.get` is a call into the engine, which takes ten times as long.
  const { [API_GLOBAL]: registered } = globalThis as { [API_GLOBAL]?: { diag?: unknown } };
  return typeof registered === "object" && registered !== null && registered.diag !== undefined;
}
