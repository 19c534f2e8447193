import { createHash } from "node:crypto";

export type Severity = "info" | "warning" | "critical";

/** A notice as a rule has it: what is stored is made of these. */
export interface Notice {
  readonly rule: string;
  readonly kind: string;
  readonly severity: Severity;
  /** What it is about. One notice of a rule is open about it at a time. */
  readonly subjectKey: string;
  /** Where it began, in the words of the rule: with the subject, its identity. */
  readonly beginning: string;
  readonly title: string;
  readonly agentName: string | undefined;
  readonly correlationId: string | undefined;
  readonly actionIds: readonly string[];
  readonly evidence: Readonly<Record<string, unknown>>;
  /** SQL that shows the rows. */
  readonly query: string | undefined;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  readonly lastSeenAt: number;
  /** Why it is over; `undefined` while it goes on. */
  readonly closed: "over" | undefined;
  /** Number of the mark by which the change is expected. */
  readonly expectedBy?: number | undefined;
  /** What was over for less than a month, and is so again, is the same notice. */
  readonly comesBack?: boolean | undefined;
}

/** The same for the same incident, whoever finds it: a UUID of version 8 (RFC 9562) from a SHA-256. */
export function noticeId({ rule, subjectKey, beginning }: Notice): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([rule, subjectKey, beginning]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** A text as a literal of SQL, for the query of a notice. An escape string, so that a backslash is one whatever `standard_conforming_strings` says. */
export const quoted = (text: string): string =>
  text.includes("\\")
    ? `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
