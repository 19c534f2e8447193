import { ERASURE_FIELDS, type ErasureSubject, subjectOf } from "../../store/erasure/erasure-fields.js";
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
  if (run !== undefined) return subjectOf("run", run);
  if (session !== undefined) return subjectOf("session", session);
  const [key = "", ...value] = (where ?? "").split("=");
  const field = ERASURE_FIELDS.find((name) => name === key);
  if (field === undefined)
    throw new UsageError(`--where knows ${ERASURE_FIELDS.join(", ")}, not "${oneLine(key)}".`, command);
  return subjectOf(field, value.join("="));
}
