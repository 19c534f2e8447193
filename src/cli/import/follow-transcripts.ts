import { stat } from "node:fs/promises";
import type { TranscriptFormat } from "../../../exporter/transcripts/transcript-format.js";
import { delay } from "../../internal/delay.js";
import { describeError } from "../../internal/describe-error.js";
import { transcriptFormOf } from "./find-transcripts.js";
import { type ImportWork, importTranscript } from "./import-transcript.js";
import { TranscriptImport } from "./transcript-import.js";

/** Files are looked at this often. */
const EVERY_MILLIS = 1_000;

/**
 * Sends what transcripts tell, and what they tell when they grow, until it is interrupted. A file that was renamed, or begins anew, is read again: nothing of it
 * gets a second row.
 *
 * @param files the transcripts that there are now
 * @param maxReaders of how many it is remembered what they said, so that only what is new is read
 */
export async function followTranscripts(
  files: () => Promise<readonly string[]>,
  format: TranscriptFormat | undefined,
  work: ImportWork,
  maxReaders = MAX_READERS,
): Promise<void> {
  const { out, interruption, counts } = work;
  const followed = new Map<string, Followed>();
  const given = new Set<string>();
  out.progress("Following transcripts; Ctrl-C ends it.");
  while (!interruption.signal.aborted) {
    for (const file of await files()) {
      if (interruption.signal.aborted) return;
      try {
        const known = await lookAt(file, followed.get(file), format, work);
        if (known.isTranscript && followed.get(file)?.isTranscript !== true) counts.files++;
        if (known === followed.get(file)) continue;
        // Those that were written to last are at the end.
        followed.delete(file);
        followed.set(file, known);
        closeOldest(followed, maxReaders);
      } catch (error) {
        if (!isFileError(error)) throw error;
        // It may be gone, or be readable the next time.
        followed.delete(file);
        if (!given.has(file)) out.progress(`${file} cannot be read: ${describeError(error).message}`);
        given.add(file);
      }
    }
    await delay(EVERY_MILLIS, interruption.signal);
  }
}

/** What is known of so many transcripts is kept; of others it is read again once they are written to. */
const MAX_READERS = 200;

interface Followed {
  /** Absent for a file that is no transcript, or none yet, and for one that nobody has written to for long. */
  readonly transcript: TranscriptImport | undefined;
  readonly isTranscript: boolean;
  readonly bytes: number;
  readonly modified: number;
}

async function lookAt(
  file: string,
  known: Followed | undefined,
  format: TranscriptFormat | undefined,
  work: ImportWork,
): Promise<Followed> {
  const { size, mtimeMs: modified } = await stat(file);
  if (size === known?.bytes && modified === known.modified) return known;
  await work.state.look(file);
  const canGoOn = known?.transcript?.isDocument === false && size >= known.transcript.offset;
  const transcript = canGoOn ? known.transcript : await opened(file, format, work);
  if (transcript !== undefined) await importTranscript(file, transcript, work, true);
  return { transcript, isTranscript: transcript !== undefined, bytes: size, modified };
}

/** @param followed those that were written to last at the end */
function closeOldest(followed: Map<string, Followed>, maxReaders: number): void {
  let open = [...followed.values()].filter(({ transcript }) => transcript !== undefined).length;
  for (const [file, known] of followed) {
    if (open <= maxReaders) return;
    if (known.transcript === undefined) continue;
    followed.set(file, { ...known, transcript: undefined });
    open--;
  }
}

async function opened(
  file: string,
  format: TranscriptFormat | undefined,
  { state, callsOfAgents, named, out }: ImportWork,
): Promise<TranscriptImport | undefined> {
  const form = await transcriptFormOf(file, format);
  if (form === undefined) {
    if (named.has(file)) out.progress(`${file}: no transcript, and only these are followed`);
    return undefined;
  }
  const skip = await state.skip(file);
  return TranscriptImport.open(file, form, skip === "all" ? state.lines(file) : skip, callsOfAgents);
}

const isFileError = (error: unknown): boolean => error instanceof Error && "syscall" in error;
