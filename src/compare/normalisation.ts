/** What is taken out of values before they are compared, because it is another in every run. Data: it is shown, and stored with a result. */

/** Replaces what a pattern finds in any text, also in keys of objects that are used as maps. */
export interface TextRule {
  readonly name: string;
  /** One sentence, for people. */
  readonly description: string;
  /** Source of a regular expression; it is applied with the flags `g` and `i`. */
  readonly pattern: string;
  /** As `String.prototype.replace` reads it. */
  readonly replacement: string;
}

/** Leaves out what stands at a path of the input or the outcome of some tools. */
export interface IgnoredPath {
  /** Name of the tool or decision; `*` for all. */
  readonly tool: string;
  /** `$.a.b`, `$.list[*].id`, `$.list[0]`; `**` stands for any steps. */
  readonly path: string;
}

/** Everything that is done to values before they are compared. The order of keys never counts. */
export interface Normalisation {
  readonly texts: readonly TextRule[];
  /** Names of members whose values are left out at any depth, compared without case and separators. */
  readonly keys: readonly string[];
  readonly paths: readonly IgnoredPath[];
}

const TEXT_RULES: readonly TextRule[] = [
  {
    name: "uuid",
    description: "UUIDs are `<uuid>`.",
    pattern: "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b",
    replacement: "<uuid>",
  },
  {
    name: "time",
    description: "Dates with a time (ISO 8601), and Unix milliseconds from 2014 to 2033, are `<time>`.",
    pattern:
      "\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?(?![\\d:])|\\b1[4-9]\\d{11}\\b",
    replacement: "<time>",
  },
  {
    name: "id",
    description: "Ids with the prefix of their kind (`toolu_...`, `call_...`, `req-...`) are `<id>`.",
    pattern:
      "\\b(?:toolu|call|chatcmpl|msg|resp|req|run|session|sess|trace|thread)[_-](?=[a-z0-9]*\\d)[a-z0-9]{8,64}\\b",
    replacement: "<id>",
  },
  {
    name: "trace-id",
    description: "32 hexadecimal digits, as trace ids have, are `<id>`.",
    pattern: "\\b[0-9a-f]{32}\\b",
    replacement: "<id>",
  },
  {
    name: "temporary-path",
    description:
      "The part of a path below the folder of temporary files that was made up for it is `<temporary>`.",
    pattern:
      "(?:/private)?(?:/var/folders/[\\w+-]{1,40}/[\\w+-]{1,60}/T|/var/tmp|/tmp|[a-z]:[\\\\/]Users[\\\\/][^\\\\/\\s\"']{1,60}[\\\\/]AppData[\\\\/]Local[\\\\/]Temp)[\\\\/](?=[\\w.-]{0,80}(?:\\d|[\\\\/]))[\\w.-]{1,80}?(?=\\.\\w{1,8}\\b|[\\\\/\\s\"'`:,;)\\]}]|$)",
    replacement: "<temporary>",
  },
  {
    name: "port",
    description: "Ports of this machine are `<port>`.",
    pattern: "\\b(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1\\]):\\d{2,5}\\b",
    replacement: "$1:<port>",
  },
];

const KEYS: readonly string[] = [
  "requestId",
  "traceId",
  "spanId",
  "traceparent",
  "sessionId",
  "toolCallId",
  "correlationId",
  "timestamp",
  "createdAt",
  "updatedAt",
  "startedAt",
  "endedAt",
  "finishedAt",
  "durationMs",
  "elapsedMs",
  "tookMs",
  "duration",
  "elapsed",
  "pid",
  "inputTokens",
  "outputTokens",
];

/** Ids, times, temporary paths and ports. */
export const DEFAULT_NORMALISATION: Normalisation = { texts: TEXT_RULES, keys: KEYS, paths: [] };

/** Values as they are; only the order of keys does not count. */
export const NO_NORMALISATION: Normalisation = { texts: [], keys: [], paths: [] };

/** What is wrong with a path; `undefined` when it can be used. */
export function pathMistake(path: string): string | undefined {
  return PATH.test(path)
    ? undefined
    : `${JSON.stringify(path)} is no path such as $.options.cwd or $.items[*].id`;
}

const PATH = /^\$(?:\.\*{1,2}|\.[^.[\]*]+|\[(?:\*|\d+)\])+$/;

/** The steps of a path: `$.items[*].id` is `["items", "*", "id"]`. */
export function pathSteps(path: string): readonly string[] {
  return path.slice(1).match(/[^.[\]]+/g) ?? [];
}

/** Whether steps to a value fit those of a path. */
export function pathFits(pattern: readonly string[], steps: readonly string[]): boolean {
  return fitsFrom(pattern, 0, steps, 0);
}

function fitsFrom(pattern: readonly string[], at: number, steps: readonly string[], from: number): boolean {
  if (at === pattern.length) return from === steps.length;
  if (pattern[at] !== "**")
    return (
      from < steps.length &&
      (pattern[at] === "*" || pattern[at] === steps[from]) &&
      fitsFrom(pattern, at + 1, steps, from + 1)
    );
  for (let next = from; next <= steps.length; next++) {
    if (fitsFrom(pattern, at + 1, steps, next)) return true;
  }
  return false;
}
