/** What a fault did, by a log of what was sent, held against the tables: no counter of the consumer has a part in it. */
import type { ConsumerHarness } from "../integration/consumer-harness.js";

export interface Outcome {
  readonly fault: string;
  /** Records that Kafka acknowledged. */
  readonly sent: number;
  readonly stored: number;
  /** Neither a row nor among the dead letters that were expected. */
  readonly lost: number;
  readonly doubled: number;
  /** From the end of the fault until everything was stored. */
  readonly stuckSeconds: number;
  /** From its beginning until it was told, where it lasts long enough to be told. */
  readonly toldSeconds: number | undefined;
  /** Whether all was quiet again within 30 seconds. */
  readonly quiet: boolean;
}

/** Which of the actions are how many rows. */
export async function countRows(
  harness: ConsumerHarness,
  names: readonly string[],
): Promise<{ readonly stored: number; readonly doubled: number }> {
  const [row] = await harness.query<{ stored: number; doubled: number }>(
    `select count(*)::int as stored, (count(*) filter (where rows > 1))::int as doubled
     from (select name, count(*) as rows from unnest($1::text[]) as name join agent_actions on action_name = name group by name) as counted`,
    [names],
  );
  return row ?? { stored: 0, doubled: 0 };
}

/** The outcomes as a table in Markdown. */
export function matrixOf(outcomes: readonly Outcome[]): string {
  const cells = outcomes.map(({ fault, sent, stored, lost, doubled, stuckSeconds, toldSeconds, quiet }) =>
    [
      fault,
      sent,
      stored,
      lost,
      doubled,
      stuckSeconds.toFixed(1),
      toldSeconds === undefined ? "" : toldSeconds.toFixed(1),
      quiet ? "yes" : "no",
    ].join(" | "),
  );
  return [
    "| fault | sent | stored | lost | doubled | stored after (s) | told after (s) | quiet after it |",
    "|---|---|---|---|---|---|---|---|",
    ...cells.map((line) => `| ${line} |`),
  ].join("\n");
}
