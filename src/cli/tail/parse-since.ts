import { parseTimestamp } from "../../event/timestamp.js";
import { UsageError } from "../framework/exit-codes.js";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(?<count>\d{1,9})(?<unit>[smhd])$/;

/** The time that `10m`, `2h`, `3d` or an ISO 8601 time means. */
export function parseSince(text: string, now: Date): Date {
  const ago = AGO.exec(text)?.groups;
  if (ago) return new Date(now.getTime() - Number(ago.count) * UNITS[ago.unit as keyof typeof UNITS]);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseTimestamp(text) : undefined;
  if (time) return new Date(time.epochMillis);
  throw new UsageError(
    `--since has to be like 30s, 10m, 2h, 3d or an ISO 8601 time (no zone: UTC), not "${text}".`,
    "tail",
  );
}
