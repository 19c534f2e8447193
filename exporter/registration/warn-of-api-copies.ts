import { dirname } from "node:path";
import { registeredApiVersion, seesApiOf } from "../../src/internal/api-global.js";
import { type ApiCopy, findApiCopies } from "./api-copies.js";

/** Set on `globalThis`: two copies of this package say it once. */
const LOOKED = Symbol.for("otel-agent-actions.looked-for-api-copies");

/**
 * Looks once a process for copies of `@opentelemetry/api` that are newer than the one through which the tracer provider was registered.
 * A library that loads such a copy is given a tracer that does nothing, without a word; it is said here, as a warning of Node.
 *
 * To be called with every span: before a provider is registered it does nothing, afterwards it has been done. The folders are read
 * in the background.
 */
export function warnOfApiCopies(): void {
  if (hasLooked) return;
  hasLooked = Reflect.get(globalThis, LOOKED) === true;
  if (hasLooked) return;
  const registered = registeredApiVersion();
  if (registered === undefined) return;
  Reflect.set(globalThis, LOOKED, true);
  hasLooked = true;
  void look(registered);
}

// The global object is a large table, and it is asked with every span.
let hasLooked = false;

async function look(registered: string): Promise<void> {
  const copies = await findApiCopies(programFolder());
  const blind = copies.filter(({ version }) => !seesApiOf(registered, version));
  if (blind.length > 0)
    process.emitWarning(sentence(registered, blind), { code: "AGENT_ACTIONS_API_MISMATCH" });
}

const programFolder = (): string =>
  process.argv[1] === undefined ? process.cwd() : dirname(process.argv[1]);

function sentence(registered: string, blind: readonly ApiCopy[]): string {
  const found = blind.map(({ folder, version }) => `${version} in ${folder}`).join(", ");
  return (
    `The tracer provider was registered through @opentelemetry/api ${registered}. Libraries that load a newer copy of it get tracers that ` +
    `record nothing, and do not say so: ${found}. Install one version for all: see npm ls @opentelemetry/api.`
  );
}
