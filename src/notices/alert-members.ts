import { isPlainObject } from "../event/json.js";

export type Members = Readonly<Record<string, unknown>>;

/** The members of a mapping of `alerts.yaml`; none where it is left out. What is wrong with it is added to the problems. */
export function membersOf(
  value: unknown,
  where: string,
  known: readonly string[],
  problems: string[],
): Members {
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value)) {
    problems.push(`${where} has to be a mapping with ${known.join(", ")}`);
    return {};
  }
  for (const member of Object.keys(value))
    if (!known.includes(member))
      problems.push(`${where} has no member ${member}: there are ${known.join(", ")}`);
  return value;
}
