import { open, readFile, rename, rm } from "node:fs/promises";
import { isPlainObject } from "../../../event/json.js";
import type { ChangeCursor } from "../../../store/change-feed.js";
import { CommandError } from "../../framework/exit-codes.js";

/** A place in the change feed, as a file keeps it. */
export interface KeptPlace {
  readonly cursor: ChangeCursor;
  /** When it was written, ISO 8601. */
  readonly savedAt: string;
}

/** @throws CommandError for a file that is there, and is none */
export async function readPlace(path: string): Promise<KeptPlace | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CommandError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const place = placeIn(text);
  if (place === undefined)
    throw new CommandError(
      `${path} is not what export --follow wrote. Another file: --cursor FILE; one that is not there yet begins anew.`,
    );
  return place;
}

function placeIn(text: string): KeptPlace | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isPlainObject(value) || !isPlainObject(value.cursor)) return undefined;
    const { installation, xactId, position } = value.cursor;
    const isWhole = [installation, xactId, position, value.saved_at].every(
      (part) => typeof part === "string",
    );
    // Checked above.
    return isWhole
      ? { cursor: value.cursor as unknown as ChangeCursor, savedAt: String(value.saved_at) }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Leaves the file as it is.
 *
 * @throws CommandError where {@link savePlace} could not keep a place
 */
export async function checkPlace(path: string): Promise<void> {
  try {
    await (await open(besideOf(path), "w", 0o600)).close();
    await rm(besideOf(path));
  } catch (error) {
    throw refused(path, error);
  }
}

/**
 * Whole and on the disk when it resolves: a process that is killed leaves this place, or the one before.
 *
 * @throws CommandError where it cannot be kept
 */
export async function savePlace(path: string, cursor: ChangeCursor): Promise<void> {
  const text = `${JSON.stringify({ cursor, saved_at: new Date().toISOString() })}\n`;
  try {
    const handle = await open(besideOf(path), "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(besideOf(path), path);
  } catch (error) {
    throw refused(path, error);
  }
}

const besideOf = (path: string): string => `${path}.new`;

const refused = (path: string, error: unknown): CommandError =>
  new CommandError(
    `The place cannot be kept in ${path}: ${error instanceof Error ? error.message : error}. Another file: --cursor FILE`,
  );
