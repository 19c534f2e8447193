import { isPlainObject } from "../../event/json.js";

/** What is run, as the row says it. The environment is left out: secrets are what it is there for. */
export function commandOf(args: readonly unknown[]): object {
  const [command, ...others] = args;
  const given = others.find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
  const options = others.find((value) => isPlainObject(value)) as
    | Readonly<Record<string, unknown>>
    | undefined;
  const { cwd, shell } = options ?? {};
  return {
    command: String(command),
    ...(given !== undefined && { args: given.map(String) }),
    cwd: cwd === undefined ? process.cwd() : String(cwd),
    ...(shell !== undefined && shell !== false && { shell }),
  };
}
