import {
  ERASURE_FIELDS,
  type ErasureField,
  type ErasureSubject,
  subjectOf,
} from "../../store/erasure/erasure-fields.js";
import { oneLine } from "../format/values.js";
import { UsageError } from "../framework/exit-codes.js";

export interface SubjectFlags {
  readonly run?: string | undefined;
  readonly session?: string | undefined;
  readonly where?: string | undefined;
}

/** What `--run`, `--session` or `--where` names. Throws `UsageError` where it is not exactly one. */
export function askedFor({ run, session, where }: SubjectFlags, command: string): ErasureSubject {
  if ([run, session, where].filter((given) => given !== undefined).length !== 1)
    throw new UsageError(`${command} needs one of --run, --session and --where.`, command);
  if (run !== undefined) return named("run", run, command);
  if (session !== undefined) return named("session", session, command);
  const [key = "", ...value] = (where ?? "").split("=");
  const field = ERASURE_FIELDS.find((name) => name === key);
  if (field === undefined)
    throw new UsageError(`--where knows ${ERASURE_FIELDS.join(", ")}, not "${oneLine(key)}".`, command);
  return named(field, value.join("="), command);
}

/** Nothing is in every text, as when a variable of a shell is not set: it would name what nobody asked for. */
function named(field: ErasureField, value: string, command: string): ErasureSubject {
  if (value.trim() === "") throw new UsageError(`${command} needs a value for ${field}.`, command);
  return subjectOf(field, value);
}
