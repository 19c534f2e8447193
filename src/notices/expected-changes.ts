/** Changes that somebody expects: with a version of an agent, or in a time. They are noticed, and nobody is alarmed. */
import type pg from "pg";
import type { Notice } from "./notice.js";

export interface ExpectedChange {
  readonly id: number;
  readonly agent: string | null;
  readonly tool: string | null;
  readonly kind: string | null;
  readonly version: string | null;
  /** Milliseconds since 1970. */
  readonly from: number | null;
  readonly until: number | null;
  readonly reason: string | null;
}

/** What changed, and when. */
export interface Change {
  readonly agent: string;
  readonly tool: string;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Versions of the agent that it began with. */
  readonly versions: readonly string[];
}

/** A change of a year ago is not looked at any more. */
export async function readExpectedChanges(client: pg.ClientBase): Promise<readonly ExpectedChange[]> {
  const { rows } = await client.query<ExpectedChange>(
    `select id::float8 as id, agent_name as agent, tool_name as tool, kind, agent_version as version, (extract(epoch from from_at) * 1000)::float8 as "from",
       (extract(epoch from until_at) * 1000)::float8 as until, reason
     from agent_expected_changes where coalesce(until_at, created_at) > now() - interval '1 year' order by id limit 10000`,
  );
  return rows;
}

/** The mark that a change fits: everything that the mark says has to be so. */
export const expectationOf = (
  { agent, tool, kind, since, versions }: Change,
  expected: readonly ExpectedChange[],
): ExpectedChange | undefined =>
  expected.find(
    (mark) =>
      (mark.agent ?? agent) === agent &&
      (mark.tool ?? tool) === tool &&
      (mark.kind ?? kind) === kind &&
      (mark.version === null || versions.includes(mark.version)) &&
      since >= (mark.from ?? since) &&
      since < (mark.until ?? Number.POSITIVE_INFINITY),
  );

/** The notice, as one of an expected change. */
export const asExpected = (notice: Notice, mark: ExpectedChange | undefined): Notice =>
  mark === undefined
    ? notice
    : {
        ...notice,
        severity: "info",
        title: `${notice.title}; expected${mark.reason === null ? "" : `: ${mark.reason.slice(0, 200)}`}`,
        expectedBy: mark.id,
      };
