import type { EnvReader } from "./env-reader.js";
import { LARGE_RESULTS_FOLDER } from "./large-results-settings.js";
import { choice, integer, list, type SettingsOf, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** How rows are archived. */
export const ARCHIVE_FORMATS = ["jsonl", "parquet"] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

/** For how long rows are kept. Without any of the first five nothing is removed. */
export interface RetentionOptions {
  /** Days for which rows are kept. `AGENT_ACTIONS_RETAIN_DAYS`. @default for ever */
  readonly days?: number | undefined;
  /** Days for which contents are kept: arguments, results, prompts, messages. `AGENT_ACTIONS_RETAIN_CONTENTS_DAYS`. @default as long as rows */
  readonly contentsDays?: number | undefined;
  /** Days for which rows of runs in which something failed are kept. `AGENT_ACTIONS_RETAIN_FAILED_DAYS`. @default as all */
  readonly failedDays?: number | undefined;
  /** Days for single projects, `NAME=DAYS`, fewer than for all. `AGENT_ACTIONS_RETAIN_PROJECTS`. @default none */
  readonly projects?: readonly string[] | undefined;
  /** Days for which leaves of the evidence log are kept, not fewer than rows. `AGENT_ACTIONS_RETAIN_EVIDENCE_DAYS`. @default for ever */
  readonly evidenceDays?: number | undefined;
  /** Folder that a week is written to before it goes. `AGENT_ACTIONS_RETAIN_ARCHIVE`. @default none */
  readonly archive?: string | undefined;
  /** How a week is written: gzipped JSON lines, or Parquet, which needs the package hyparquet-writer. `AGENT_ACTIONS_RETAIN_ARCHIVE_FORMAT`. @default "jsonl" */
  readonly archiveFormat?: ArchiveFormat | undefined;
  /** Folder of large contents, which go with the last row that uses them. `AGENT_ACTIONS_LARGE_RESULTS`. @default none */
  readonly largeResults?: string | undefined;
  /** Milliseconds between two rounds of the service. `AGENT_ACTIONS_RETAIN_INTERVAL_MS`. @default 21_600_000 */
  readonly intervalMillis?: number | undefined;
}

const DAYS = { unit: "days", minimum: 1, maximum: 36_500 } as const;

const PROJECT_DAYS = /^(?<project>.+)=(?<days>[1-9]\d{0,4})$/;

export const RETENTION_OPTIONS = {
  days: integer({
    ...DAYS,
    env: "AGENT_ACTIONS_RETAIN_DAYS",
    defaultText: "for ever",
    description: "Days for which rows are kept. Weeks that are older go as a whole.",
  }),
  contentsDays: integer({
    ...DAYS,
    env: "AGENT_ACTIONS_RETAIN_CONTENTS_DAYS",
    defaultText: "as long as rows",
    description:
      "Days for which contents are kept: arguments, results, prompts, messages. Their size and SHA-256 stay.",
  }),
  failedDays: integer({
    ...DAYS,
    env: "AGENT_ACTIONS_RETAIN_FAILED_DAYS",
    defaultText: "as others",
    description: "Days for which rows of runs in which an action failed are kept.",
  }),
  projects: list({
    env: "AGENT_ACTIONS_RETAIN_PROJECTS",
    expected: "a list of NAME=DAYS, such as shop=30,search=90",
    accepts: (items) => items.every((item) => PROJECT_DAYS.test(item)),
    defaultText: "none",
    description: "Days for single projects, by project_name, fewer than for all: shop=30,search=90.",
  }),
  evidenceDays: integer({
    ...DAYS,
    env: "AGENT_ACTIONS_RETAIN_EVIDENCE_DAYS",
    defaultText: "for ever",
    description:
      "Days for which leaves of the evidence log are kept, and longer while a row is left that one of them is about.",
  }),
  archive: text({
    env: "AGENT_ACTIONS_RETAIN_ARCHIVE",
    placeholder: "DIR",
    defaultText: "none",
    description:
      "Folder to which a week is written before it goes; what was written is read back and counted.",
  }),
  archiveFormat: choice({
    env: "AGENT_ACTIONS_RETAIN_ARCHIVE_FORMAT",
    of: ARCHIVE_FORMATS,
    default: "jsonl",
    description:
      "How it is written: `jsonl`, gzipped JSON lines, or `parquet`, which needs the package `hyparquet-writer`.",
  }),
  largeResults: LARGE_RESULTS_FOLDER,
  intervalMillis: integer({
    env: "AGENT_ACTIONS_RETAIN_INTERVAL_MS",
    default: 21_600_000,
    unit: "milliseconds",
    minimum: 1_000,
    maximum: 604_800_000,
    description: "Pause of the service between two rounds.",
  }),
} as const;

export type RetentionSettings = SettingsOf<typeof RETENTION_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveRetentionSettings(options: RetentionOptions, env: EnvReader): RetentionSettings {
  const settings = resolveOptions(RETENTION_OPTIONS, options, { env, prefix: "retention." });
  const { days, evidenceDays } = settings;
  if (days !== undefined && evidenceDays !== undefined && evidenceDays < days)
    env.problems.push(
      `rows go after ${days} days, so leaves of the evidence log cannot go after ${evidenceDays}: give it as many days as rows, or more`,
    );
  for (const { project, days: own } of projectDays(settings))
    if (days !== undefined && own > days)
      env.problems.push(
        `rows of all projects go after ${days} days, so those of ${project} cannot be kept for ${own}: give it fewer days than all, or all more`,
      );
  return Object.freeze(settings);
}

/** Whether anything is to be removed: rows, contents or leaves for their age, or large contents that no row uses any more. */
export const removesAnything = ({
  days,
  contentsDays,
  projects,
  evidenceDays,
  largeResults,
}: RetentionSettings): boolean =>
  days !== undefined ||
  evidenceDays !== undefined ||
  contentsDays !== undefined ||
  projects !== undefined ||
  largeResults !== undefined;

/** The projects with their days. */
export const projectDays = ({
  projects = [],
}: RetentionSettings): readonly { readonly project: string; readonly days: number }[] =>
  projects.flatMap((item) => {
    const { project = "", days = "" } = PROJECT_DAYS.exec(item)?.groups ?? {};
    return project === "" ? [] : [{ project, days: Number(days) }];
  });
