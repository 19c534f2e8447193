/** `skipped`: it could not be looked at, because something before it failed. */
export const FINDING_STATUSES = ["ok", "warn", "fail", "skipped"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** One thing that was looked at. */
export interface Finding {
  readonly area: "runtime" | "kafka" | "consumer" | "database" | "clock";
  readonly check: string;
  readonly status: FindingStatus;
  readonly message: string;
  /** What to do, in one line; on everything that is `warn` or `fail`. */
  readonly remedy?: string;
}

type Area = Finding["area"];

export const ok = (area: Area, check: string, message: string): Finding => ({
  area,
  check,
  status: "ok",
  message,
});

export const warn = (area: Area, check: string, message: string, remedy: string): Finding => ({
  area,
  check,
  status: "warn",
  message,
  remedy,
});

export const fail = (area: Area, check: string, message: string, remedy: string): Finding => ({
  area,
  check,
  status: "fail",
  message,
  remedy,
});

export const skipped = (area: Area, check: string, message: string): Finding => ({
  area,
  check,
  status: "skipped",
  message,
});
