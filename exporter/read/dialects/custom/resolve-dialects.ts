import { readFileSync } from "node:fs";
import { diag } from "@opentelemetry/api";
import { EnvReader } from "../../../../src/config/env-reader.js";
import { ConfigError } from "../../../../src/errors.js";
import { describeError } from "../../../../src/internal/describe-error.js";
import type { Dialect } from "../dialect.js";
import { DIALECTS } from "../index.js";
import { definitionMistakes } from "./check-definition.js";
import { createDialect } from "./create-dialect.js";
import type { DialectDefinition } from "./definition.js";

/** A JSON file with one definition or a list of them, which are asked before the built-in dialects. */
export const DIALECTS_FILE = "AGENT_ACTIONS_EXPORTER_DIALECTS_FILE";

/** Dialects as they are, and definitions of some. */
export type DialectList = readonly (Dialect | DialectDefinition)[];

/**
 * The dialects in the order in which they are asked: those given in code; else those of the file that the environment names, and
 * after them the built-in ones. A file that cannot be used is told through `diag`.
 *
 * @throws ConfigError that lists every mistake of definitions in code
 */
export function resolveDialects(
  given: DialectList | undefined,
  env: NodeJS.ProcessEnv = process.env,
): readonly Dialect[] {
  if (given !== undefined) return dialectsOf(given);
  const file = new EnvReader(env).text(DIALECTS_FILE);
  if (file === undefined) return DIALECTS;
  try {
    return [...readDialects(file), ...DIALECTS];
  } catch (error) {
    const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
    log.warn(
      `${DIALECTS_FILE} cannot be used, and only the built-in dialects are. ${describeError(error).message}`,
    );
    return DIALECTS;
  }
}

function dialectsOf(list: DialectList): readonly Dialect[] {
  const mistakes = dialectMistakes(list);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return list.map((one) => (isDialect(one) ? one : createDialect(one)));
}

/** Every mistake of a list that was given in code. */
export function dialectMistakes(list: unknown): readonly string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return ["dialects has to be a list of dialects and definitions"];
  return list.flatMap((one: unknown, index) =>
    isDialect(one) ? [] : definitionMistakes(one, `dialects[${index}]`),
  );
}

const isDialect = (one: unknown): one is Dialect =>
  typeof one === "object" && one !== null && "read" in one && typeof one.read === "function";

/**
 * The dialects of a JSON file with definitions.
 *
 * @throws ConfigError that lists every mistake, or says that the file cannot be read
 */
export function readDialects(file: string): readonly Dialect[] {
  const definitions = [parseFile(file)].flat() as DialectDefinition[];
  const mistakes = definitions.flatMap((one, index) => definitionMistakes(one, `${file}[${index}]`));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return definitions.map(createDialect);
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError([`${file} cannot be read as JSON: ${describeError(error).message}`]);
  }
}
