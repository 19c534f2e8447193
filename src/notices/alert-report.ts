/** Reads `report` of `alerts.yaml`: when the digest is sent, and to which targets. */
import type { AlertTarget, ReportSchedule } from "../config/alert-rules.js";
import { membersOf } from "./alert-members.js";

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const MAX_DAYS = 31;

/** `undefined` where there is none, or something is wrong with it. */
export function reportOf(
  given: unknown,
  targets: readonly AlertTarget[],
  problems: string[],
): ReportSchedule | undefined {
  if (given === undefined || given === null) return undefined;
  const before = problems.length;
  const { every, at, targets: names } = membersOf(given, "report", ["every", "at", "targets"], problems);
  if (problems.length > before) return undefined;
  if ((every === undefined) === (at === undefined))
    problems.push('report has to have either every, such as 24h, or at, such as "08:00"');
  const everyMillis = every === undefined ? DAY_MILLIS : durationOf(every);
  if (everyMillis === undefined)
    problems.push(`report.every has to be hours or days, such as 12h or 7d, from 1h to ${MAX_DAYS}d`);
  const offsetMillis = at === undefined ? 0 : timeOf(at);
  if (offsetMillis === undefined)
    problems.push('report.at has to be a time of the day in UTC within quotes, such as "08:00"');
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size < names.length)
    problems.push("report.targets has to be a list of names of targets, each once");
  else
    for (const name of names) {
      const target = targets.find((each) => each.name === name);
      if (target?.kind !== "webhook" || target.format === "alertmanager")
        problems.push(
          `report.targets names ${JSON.stringify(name)}: it has to be a target that is a webhook of the format json or slack`,
        );
    }
  if (problems.length > before || everyMillis === undefined || offsetMillis === undefined) return undefined;
  return { everyMillis, offsetMillis, targets: names as string[] };
}

function durationOf(value: unknown): number | undefined {
  const [, count, unit] = /^(\d{1,3})(h|d)$/.exec(String(value)) ?? [];
  const millis = Number(count) * (unit === "d" ? DAY_MILLIS : HOUR_MILLIS);
  return millis >= HOUR_MILLIS && millis <= MAX_DAYS * DAY_MILLIS ? millis : undefined;
}

function timeOf(value: unknown): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(value)) ?? [];
  return hours === undefined ? undefined : Number(hours) * HOUR_MILLIS + Number(minutes) * 60_000;
}
