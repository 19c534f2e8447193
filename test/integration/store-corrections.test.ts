import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countCorrections } from "../../src/store/corrections.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

let rows = 0;
const newId = (): string => `01900000-0000-7000-8000-${String(rows++).padStart(12, "0")}`;

interface Telling {
  readonly version: string;
  readonly corrects?: boolean;
  readonly fields?: object;
}

const OLD: Telling = {
  version: "0.1.0",
  fields: {
    agent_name: "misread",
    session_id: "of the old one",
    action_details: { tool_result: "cut", note: "kept" },
  },
};
const CORRECTION: Telling = {
  version: "0.2.0",
  corrects: true,
  fields: { agent_name: "right", project_name: "new", action_details: { tool_result: "whole" } },
};

function event(
  id: string,
  { version, corrects = false, fields = {} }: Telling,
  offset: number,
): StorableEvent {
  const value = {
    id,
    agent_name: "agent",
    action_type: "tool_call",
    action_name: "Bash",
    correlation_id: "a run",
    timestamp: "2026-01-01T00:00:00Z",
    status: "ok",
    producer: `otel-agent-actions@${version}`,
    ...fields,
  };
  const headers = corrects ? { "mapping-correction": "true" } : {};
  return {
    ...storable("action", value),
    record: { topic: "t", partition: 0, offset: String(offset), headers },
  };
}

async function rowOf(id: string): Promise<Record<string, unknown>> {
  const { row } = await oneRow<{ row: Record<string, unknown> }>(
    pool,
    "select to_jsonb(action) - 'id' - 'merged_at' as row from agent_actions action where id = $1",
    [id],
  );
  return row;
}

async function stored(...batches: Telling[][]): Promise<Record<string, unknown>> {
  const id = newId();
  let offset = 0;
  for (const batch of batches) await writer.write(batch.map((telling) => event(id, telling, offset++)));
  return rowOf(id);
}

const CORRECTED = {
  agent_name: "right",
  session_id: "of the old one",
  project_name: "new",
  action_details: { tool_result: "whole", note: "kept" },
  producer: "otel-agent-actions@0.2.0",
};

describe("a newer mapping of the same spans", () => {
  test("changes nothing that is there, unless it is sent as a correction", async () => {
    const row = await stored([OLD], [{ ...CORRECTION, corrects: false }]);
    expect(row).toMatchObject({
      agent_name: "misread",
      project_name: "new",
      action_details: { tool_result: "cut" },
    });
  });

  test("corrects what an older one said, a field and a member of the details at a time", async () => {
    expect(await stored([OLD], [CORRECTION])).toMatchObject(CORRECTED);
    expect(await stored([OLD, CORRECTION])).toMatchObject(CORRECTED);
  });

  test("has been corrected once: the same again, and what an older one says later, change nothing", async () => {
    const once = await stored([OLD], [CORRECTION]);
    expect(await stored([OLD], [CORRECTION], [{ ...CORRECTION, fields: { agent_name: "other" } }])).toEqual(
      once,
    );
    expect(await stored([OLD], [CORRECTION], [OLD])).toEqual(once);
  });

  test("does not touch rows of a mapping as new, of a newer one, or of another program", async () => {
    for (const version of ["0.2.0", "0.3.0", "10.0.0"])
      expect(await stored([{ ...OLD, version }], [CORRECTION])).toMatchObject({
        agent_name: "misread",
        project_name: "new",
      });
    const foreign = { ...OLD, fields: { ...OLD.fields, producer: "another@0.0.1" } };
    expect(await stored([foreign], [CORRECTION])).toMatchObject({ agent_name: "misread" });
  });

  test("is told of by field before it is written", async () => {
    const ids = [newId(), newId()];
    await writer.write(
      [OLD, { ...OLD, version: "0.2.0" }].map((telling, at) => event(ids[at] ?? "", telling, at)),
    );
    const corrections = [...ids, newId()].map((id) => event(id, CORRECTION, 7));
    expect(await countCorrections(pool, corrections)).toEqual({
      found: 2,
      corrected: 2,
      fields: { agent_name: 1, project_name: 2, "action_details.tool_result": 1 },
    });
    expect(await rowOf(ids[0] ?? "")).toMatchObject({ agent_name: "misread" });
    await writer.write(corrections);
    expect(await rowOf(ids[0] ?? "")).toMatchObject({ agent_name: "right", project_name: "new" });
    expect(await countCorrections(pool, corrections)).toEqual({ found: 3, corrected: 0, fields: {} });
  });
});

test("property: corrections of several versions make one row, in whatever order, batches and repetition", async () => {
  const versions = ["0.2.0", "0.2.1", "0.10.0"];
  const tellings: Telling[] = [
    OLD,
    ...versions.map((version) => ({
      version,
      corrects: true,
      fields: { agent_name: version, action_name: version },
    })),
  ];
  const order = fc.shuffledSubarray([0, 1, 2, 3, 0, 3], { minLength: 6 });
  await fc.assert(
    fc.asyncProperty(order, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), async (places, cuts) => {
      const id = newId();
      const events = places.map((place) => event(id, tellings[place] as Telling, place));
      let batch: StorableEvent[] = [];
      for (const [at, one] of events.entries()) {
        batch.push(one);
        if (!cuts[at] && at < events.length - 1) continue;
        await writer.write(batch);
        batch = [];
      }
      expect(await rowOf(id)).toMatchObject({
        agent_name: "0.10.0",
        session_id: "of the old one",
        action_details: { note: "kept" },
      });
    }),
    { numRuns: 40 },
  );
});
