import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type { EnvReader } from "./env-reader.js";
import { choice, option } from "./option.js";

/**
 * `AGENT_ACTIONS_POSTGRES_SSL`, `PGSSLMODE`. `require` and `verify-full` both check the certificate and the name;
 * `no-verify` encrypts and checks nothing.
 */
export const SSL_MODES = ["disable", "no-verify", "require", "verify-full"] as const;

const [OWN_VARIABLE, LIBPQ_VARIABLE] = ["AGENT_ACTIONS_POSTGRES_SSL", "PGSSLMODE"] as const;
const MODE = choice({ of: SSL_MODES, description: "" });

type Tls = boolean | ConnectionOptions;

export const SSL_OPTION = option<Tls>(
  {
    env: [OWN_VARIABLE, LIBPQ_VARIABLE],
    defaultText: "`disable`",
    description:
      "`require` and `verify-full` both check certificate and name; `no-verify` encrypts and checks nothing. It holds for `DATABASE_URL` too, whose `sslmode` says the same; to ask for TLS in one place and for none in another is a mistake. In code true, false or the options of `tls.connect`.",
  },
  {
    unit: MODE.unit,
    expected: "true, false or the options of tls.connect",
    fromText: (text) => tlsOf(MODE.fromText(text)),
    fromCode: (given) =>
      typeof given === "boolean" || (typeof given === "object" && given !== null) ? given : undefined,
  },
);

/** What one source says. */
interface Said {
  readonly source: string;
  readonly tls: Tls;
}

/**
 * TLS in the words of `pg`: code over `AGENT_ACTIONS_POSTGRES_SSL` over the URL over `PGSSLMODE`. Where what decides says "none"
 * and another asks for TLS, that is a problem: nothing travels in plain text that somebody wanted encrypted.
 *
 * @param parameters of the URL, if there is one; those about TLS are taken out
 */
export function resolvePostgresTls(
  given: Tls | undefined,
  parameters: URLSearchParams | undefined,
  env: EnvReader,
  mistakes: string[],
): Tls {
  const inCode = given === undefined ? undefined : SSL_OPTION.fromCode(given);
  if (given !== undefined && inCode === undefined)
    mistakes.push(`postgres.ssl has to be ${SSL_OPTION.expected}`);
  const inVariable = (source: string): Said[] => {
    const mode = env.value(source, MODE);
    return mode === undefined ? [] : [{ source, tls: tlsOf(mode) ?? false }];
  };
  const said: Said[] = [
    ...(inCode === undefined ? [] : [{ source: "postgres.ssl", tls: inCode }]),
    ...inVariable(OWN_VARIABLE),
    ...(parameters === undefined ? [] : inUrl(parameters, env.problems)),
    ...inVariable(LIBPQ_VARIABLE),
  ];
  const [first] = said;
  const wanted = said.find(({ tls }) => tls !== false);
  if (first?.tls === false && wanted !== undefined)
    env.problems.push(
      `${wanted.source} asks for TLS and ${first.source} for none: they have to say the same`,
    );
  return first?.tls ?? false;
}

const CHECKS_NOTHING: ConnectionOptions = { rejectUnauthorized: false };

function tlsOf(mode: (typeof SSL_MODES)[number] | undefined): Tls | undefined {
  if (mode === undefined) return undefined;
  return mode === "no-verify" ? CHECKS_NOTHING : mode !== "disable";
}

const FILES = { sslrootcert: "ca", sslcert: "cert", sslkey: "key" } as const;

/** The modes of libpq as `pg` reads them: each one that encrypts checks certificate and name, unless libpq's meaning is asked for. */
const URL_MODES = ["disable", "no-verify", "prefer", "require", "verify-ca", "verify-full"];

function inUrl(parameters: URLSearchParams, problems: string[]): Said[] {
  const take = (name: string): string | undefined => {
    const value = parameters.get(name) || undefined;
    parameters.delete(name);
    return value;
  };
  const source = "sslmode of the URL";
  const mode = take("sslmode") ?? modeOfSsl(take("ssl"));
  const asLibpq = take("uselibpqcompat") === "true";
  const files = readFiles(take, problems);
  if (mode !== undefined && !URL_MODES.includes(mode)) {
    problems.push(`${source} has to be one of ${URL_MODES.join(", ")}`);
    return [];
  }
  if (mode === undefined && files === undefined && parameters.get("sslnegotiation") !== "direct") return [];
  if (mode === "disable") return [{ source, tls: false }];
  const unchecked =
    mode === "no-verify" || (asLibpq && (mode === "prefer" || mode === "require") && files?.ca === undefined);
  const anyName = asLibpq && (mode === "require" || mode === "verify-ca") && files?.ca !== undefined;
  const options: ConnectionOptions = {
    ...files,
    ...(unchecked ? CHECKS_NOTHING : {}),
    ...(anyName ? { checkServerIdentity: () => undefined } : {}),
  };
  return [{ source, tls: Object.keys(options).length > 0 ? options : true }];
}

function modeOfSsl(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  return ssl === "0" || ssl === "false" ? "disable" : ssl === "no-verify" ? "no-verify" : "verify-full";
}

function readFiles(
  take: (name: string) => string | undefined,
  problems: string[],
): Partial<Record<"ca" | "cert" | "key", string>> | undefined {
  const files: Partial<Record<"ca" | "cert" | "key", string>> = {};
  for (const [parameter, name] of Object.entries(FILES)) {
    const path = take(parameter);
    if (path === undefined) continue;
    try {
      files[name] = readFileSync(path, "utf8");
    } catch {
      problems.push(`${parameter} of the URL has to name a file that can be read`);
    }
  }
  return Object.keys(files).length > 0 ? files : undefined;
}
