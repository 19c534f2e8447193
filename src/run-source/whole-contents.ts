/** Contents that are too large for a row, put into it from where they are kept whole. */
import { isPlainObject } from "../event/json.js";
import { type LargeMember, type LargeResult, largeResultsOf } from "../event/large-result.js";
import { LargeResultError, openLargeResult } from "../large-results/large-result-file.js";
import { rawMembers } from "../store/raw-members.js";

type Row = Readonly<Record<string, unknown>>;

/** The JSON text of a content; `undefined` where it is not there any more. */
export type ReadContent = (
  id: string,
  member: LargeMember,
  expected: LargeResult,
) => Promise<string | undefined>;

/** The row with its contents whole, as far as they are there. Rejects with what `read` rejects with. */
export async function withWholeContents(row: Row, read: ReadContent): Promise<Row> {
  const contents = await contentsOf(row, read);
  if (contents.size === 0) return row;
  const whole = [...contents].map(([member, text]) => [member, JSON.parse(text) as unknown]);
  return { ...row, action_details: { ...(row.action_details as object), ...Object.fromEntries(whole) } };
}

/** The same for the text of a row, in which numbers keep all their digits. @param row what it parses to */
export async function withWholeContentsInText(text: string, row: Row, read: ReadContent): Promise<string> {
  const contents = await contentsOf(row, read);
  if (contents.size === 0) return text;
  const members = new Map(rawMembers(text));
  const details = new Map([...rawMembers(members.get("action_details") ?? "{}"), ...contents]);
  members.set("action_details", objectText(details));
  return objectText(members);
}

async function contentsOf(row: Row, read: ReadContent): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  if (!isPlainObject(row.action_details)) return contents;
  for (const [member, expected] of largeResultsOf(row.action_details)) {
    const text = await read(String(row.id ?? ""), member, expected);
    if (text !== undefined) contents.set(member, text);
  }
  return contents;
}

const objectText = (members: ReadonlyMap<string, string>): string =>
  `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;

/**
 * Reads contents from their folder.
 *
 * @returns what rejects with `LargeResultError` where a file was changed, or cannot be read
 */
export function contentsInFolder(folder: string): ReadContent {
  return async (_id, _member, expected) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of await openLargeResult(folder, expected)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString("utf8");
    } catch (error) {
      if (error instanceof LargeResultError && error.reason === "missing") return undefined;
      throw error;
    }
  };
}
