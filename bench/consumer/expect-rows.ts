import { isFileCall } from "./bench-event.js";
import { onServer } from "./surroundings.js";

const ROWS = `
  select count(*)::int, count(distinct id)::int as ids,
    sum((action_details -> 'tool_parameters' ->> 'index')::bigint)::float8 as checksum from agent_actions`;

/** Of their actions, which have the number; the path has it, too. */
const FILE_OPERATIONS = `
  select count(*)::int, count(distinct action_id)::int as ids, sum(index)::float8 as checksum
  from (
    select action_id, (action_details -> 'tool_parameters' ->> 'index')::bigint as index
    from agent_file_operations file join agent_actions action on action.id = file.action_id and action.created_at = file.created_at
    where file.file_path = action_details -> 'tool_parameters' ->> 'path'
      and file.file_path_hash = encode(sha256(convert_to(file.file_path, 'UTF8')), 'hex')
  ) as named`;

/**
 * Every event of the benchmark has its number: a row twice and another missing would change the sum.
 *
 * @param count of the events
 * @param files whether calls of files have to be in `agent_file_operations`; else nothing may be there
 * @throws when a row is missing, there twice or wrong
 */
export async function expectRows(databaseUrl: string, count: number, files: boolean): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  await expectNumbers(databaseUrl, "rows", ROWS, numbers);
  await expectNumbers(
    databaseUrl,
    "file operations",
    FILE_OPERATIONS,
    files ? numbers.filter(isFileCall) : [],
  );
}

async function expectNumbers(
  databaseUrl: string,
  what: string,
  sql: string,
  numbers: readonly number[],
): Promise<void> {
  const [row] = await onServer(databaseUrl, sql);
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (row?.count !== numbers.length || row.ids !== numbers.length || (row.checksum ?? 0) !== sum)
    throw new Error(
      `${row?.count} ${what} with ${row?.ids} ids and sum ${row?.checksum} instead of ${numbers.length}, sum ${sum}`,
    );
}
