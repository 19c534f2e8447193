import { topicOf } from "../../spool/open-segment.js";
import { segmentRecords } from "../../spool/segment-records.js";
import type { SpoolRecord } from "../../spool/spool-record.js";
import { EXIT_OK } from "../framework/exit-codes.js";
import type { SpoolWork } from "./run-spool.js";

/** The events in the folder that are still to be sent, the oldest file first, as one JSON object a line. */
export async function runInspect({ folder, options, out }: SpoolWork): Promise<number> {
  const { topic, limit = Number.POSITIVE_INFINITY } = options;
  let shown = 0;
  for (const { path } of await folder.list()) {
    if (topic !== undefined && (await topicOf(path)) !== topic) continue;
    for await (const { record } of segmentRecords(path)) {
      if (shown === limit || out.readerGone.aborted) return EXIT_OK;
      out.json(shownRecord(record));
      shown++;
    }
  }
  return EXIT_OK;
}

function shownRecord({ topic, key, headers, value, spooledAt }: SpoolRecord): object {
  const text = value.toString("utf8");
  return { topic, key, spooled_at: new Date(spooledAt).toISOString(), headers, value: parsed(text) };
}

// Whatever wrote it, a value that is no JSON is shown as it is.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
