import fc from "fast-check";
import { expect, test } from "vitest";
import { correlationId } from "../../src/event/index.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const START = Date.parse("2026-11-22T12:00:00Z");

let traces = 0;
const newTrace = () => (++traces).toString(16).padStart(32, "a");
const uuidOf = (trace: string, span: string) => correlationId(`${trace} ${span}`).uuid;
const at = (millis: number) => new Date(START + millis).toISOString();

interface Said {
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  readonly correlation?: string | undefined;
}

interface Node extends Said {
  readonly parent: number | undefined;
  readonly isAction: boolean;
}

const idOf = (index: number) => index.toString(16).padStart(16, "0");

/** What an exporter sends that knows nothing but the span: an action that awaits its parent. */
function actionOf(trace: string, nodes: readonly Node[], index: number): object {
  const { parent, agent, session, correlation } = nodes[index] as Node;
  const awaits = parent === undefined ? {} : { unresolved_parent_span_id: idOf(parent) };
  const stands = [
    ...(agent ? [] : ["agent_name"]),
    ...(session ? [] : ["session_id"]),
    ...(correlation ? [] : ["correlation_id"]),
  ];
  return {
    id: uuidOf(trace, idOf(index)),
    correlation_id: correlation ?? trace,
    agent_name: agent ?? "a-service",
    session_id: session,
    action_type: "tool_call",
    action_name: "Read",
    action_details: { tool_parameters: { file_path: `/tmp/${index}` }, success: true },
    trace_id: trace,
    span_id: idOf(index),
    started_at: at(index),
    ...awaits,
    ...(parent === undefined ? {} : { inferred_fields: stands }),
  };
}

function factOf(trace: string, nodes: readonly Node[], index: number): object {
  const { parent, agent, session, correlation, isAction } = nodes[index] as Node;
  return {
    trace_id: trace,
    span_id: idOf(index),
    ...(parent === undefined ? {} : { unresolved_parent_span_id: idOf(parent) }),
    agent_name: agent,
    session_id: session,
    correlation_id: correlation,
    ...(isAction ? { action_id: uuidOf(trace, idOf(index)) } : {}),
    started_at: at(index),
    ended_at: at(10_000 - index),
  };
}

/** What somebody who sees all spans at once would say of each action. */
function wanted(trace: string, nodes: readonly Node[]) {
  const nearest = <Value>(from: number, read: (node: Node, index: number) => Value | undefined) => {
    for (let index: number | undefined = from; index !== undefined; index = nodes[index]?.parent) {
      const value = read(nodes[index] as Node, index);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return nodes.flatMap(({ isAction, parent }, index) => {
    if (!isAction) return [];
    const correlation = nearest(index, (node) => node.correlation);
    const { uuid, text = null } = correlationId(correlation ?? trace);
    return [
      {
        span_id: idOf(index),
        agent_name: nearest(index, (node) => node.agent) ?? "a-service",
        session_id: nearest(index, (node) => node.session) ?? null,
        correlation_id: uuid,
        correlation_text: text,
        parent_action_id:
          parent === undefined
            ? null
            : (nearest(parent, (node, around) => (node.isAction ? uuidOf(trace, idOf(around)) : undefined)) ??
              null),
        unresolved_parent_span_id: null,
        inferred_fields: null,
        file_agent: nearest(index, (node) => node.agent) ?? "a-service",
        file_correlation: uuid,
      },
    ];
  });
}

async function stored(trace: string) {
  const { rows } = await pool.query(
    `select span_id, action.agent_name, session_id, action.correlation_id, correlation_text, parent_action_id, unresolved_parent_span_id, inferred_fields,
       file.agent_name as file_agent, file.correlation_id as file_correlation
     from agent_actions action join agent_file_operations file on action_id = id
     where trace_id = $1 order by span_id`,
    [trace],
  );
  return rows;
}

const anySaid = (what: string) =>
  fc.option(fc.constantFrom(`${what}-1`, `${what}-2`), { nil: undefined, freq: 2 });

/** Trees in which every span's parent came before it. */
const anyTree: fc.Arbitrary<Node[]> = fc
  .array(
    fc.record({
      parentAt: fc.double({ min: 0, max: 0.999, noNaN: true }),
      isAction: fc.boolean(),
      agent: anySaid("agent"),
      session: anySaid("session"),
      correlation: anySaid("run"),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((spans) =>
    spans.map(({ parentAt, ...said }, index) => ({
      ...said,
      parent: index === 0 ? undefined : Math.floor(parentAt * index),
    })),
  );

test("whatever the tree, the order, the batches, the repetitions and the writers: the table is what one who sees all would say", async () => {
  const writers = [createBatchWriter(pool), createBatchWriter(pool)];
  await fc.assert(
    fc.asyncProperty(anyTree, fc.infiniteStream(fc.nat(1_000_000)), async (nodes, random) => {
      const next = () => random.next().value as number;
      const trace = newTrace();
      const records = nodes.flatMap((node, index) => [
        ...(node.isAction ? [storable("action", actionOf(trace, nodes, index))] : []),
        factStorable(factOf(trace, nodes, index)),
      ]);
      const sent = [...records, ...records.filter(() => next() % 3 === 0)]
        .map((record) => ({ record, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ record }) => record);
      const running: Promise<unknown>[] = [];
      while (sent.length > 0) {
        running.push((writers[next() % 2] ?? writers[0])!.write(sent.splice(0, 1 + (next() % 5))));
        // Some batches one after the other, some at the same time.
        if (next() % 2 === 0) await Promise.all(running.splice(0));
      }
      await Promise.all(running);
      expect(await stored(trace)).toEqual(wanted(trace, nodes));
    }),
    { numRuns: 150 },
  );
});

const factStorable = (fact: object) => storable("span_attribution", fact);

test("what an action does not list as a stand-in is never changed, and neither are its id and its time", async () => {
  const trace = newTrace();
  const nodes: Node[] = [
    { parent: undefined, isAction: true, agent: "outer", session: "outer", correlation: "outer" },
    { parent: 0, isAction: true, agent: "own", session: "own", correlation: "own" },
  ];
  const writer = createBatchWriter(pool);
  const { id, ...said } = actionOf(trace, nodes, 1) as { id: string };
  await writer.write([storable("action", { id, ...said, inferred_fields: undefined })]);
  const before = await oneRow(pool, "select * from agent_actions where id = $1", [id]);
  const outcome = await writer.write([factStorable(factOf(trace, nodes, 0))]);
  expect(outcome).toMatchObject({ inserted: 1, completed: 1, notCompleted: 0 });
  expect(await oneRow(pool, "select * from agent_actions where id = $1", [id])).toEqual({
    ...before,
    unresolved_parent_span_id: null,
    parent_action_id: uuidOf(trace, idOf(0)),
  });
});

test("of several spans that are known at once, the nearest that says a value is believed", async () => {
  const trace = newTrace();
  const nodes: Node[] = [
    { parent: undefined, isAction: true, agent: "far", session: "far", correlation: "far" },
    {
      parent: 0,
      isAction: true,
      agent: "near",
      session: "near",
      correlation: "00000000-0000-8000-8000-000000000001",
    },
    { parent: 1, isAction: false },
    { parent: 2, isAction: true },
  ];
  const facts = [0, 1, 2].map((index) => factStorable(factOf(trace, nodes, index)));
  await createBatchWriter(pool).write([...facts, storable("action", actionOf(trace, nodes, 3))]);
  expect(await stored(trace)).toEqual(wanted(trace, nodes).slice(2));
});

test("a run without a name of its own is called as the agent that is found", async () => {
  const trace = newTrace();
  const writer = createBatchWriter(pool);
  await writer.write([
    storable("action", {
      agent_name: "a-service",
      action_type: "success",
      action_name: "a-service",
      trace_id: trace,
      span_id: idOf(1),
      unresolved_parent_span_id: idOf(0),
      inferred_fields: ["agent_name", "action_name"],
      started_at: at(0),
    }),
  ]);
  await writer.write([factStorable({ trace_id: trace, span_id: idOf(0), agent_name: "the-agent" })]);
  expect(
    await oneRow(pool, "select agent_name, action_name from agent_actions where trace_id = $1", [trace]),
  ).toEqual({
    agent_name: "the-agent",
    action_name: "the-agent",
  });
});

test("facts in a circle, and a chain longer than one look goes up, both come to an end", async () => {
  const writer = createBatchWriter(pool);
  const circle = newTrace();
  const waiting = (trace: string, span: number) =>
    storable("action", {
      ...actionOf(trace, [{ parent: undefined, isAction: true }], 0),
      id: uuidOf(trace, "action"),
      unresolved_parent_span_id: idOf(span),
      inferred_fields: ["agent_name", "correlation_id"],
    });
  await writer.write([
    waiting(circle, 1),
    ...[1, 2, 3].map((span) =>
      factStorable({
        trace_id: circle,
        span_id: idOf(span),
        unresolved_parent_span_id: idOf((span % 3) + 1),
      }),
    ),
  ]);
  expect((await stored(circle))[0]).toMatchObject({
    unresolved_parent_span_id: null,
    agent_name: "a-service",
  });

  const chain = newTrace();
  const length = 200;
  const facts = Array.from({ length }, (_, index) =>
    factStorable({
      trace_id: chain,
      span_id: idOf(index + 1),
      ...(index + 1 < length
        ? { unresolved_parent_span_id: idOf(index + 2) }
        : { agent_name: "at the far end" }),
    }),
  );
  await writer.write([...facts, waiting(chain, 1)]);
  expect((await stored(chain))[0]).toMatchObject({
    unresolved_parent_span_id: null,
    agent_name: "at the far end",
  });
});

test("a rule of the user's own that refuses the change refuses no event, and holds up no other trace", async () => {
  const writer = createBatchWriter(pool);
  const nodes: Node[] = [
    { parent: undefined, isAction: false, agent: "forbidden" },
    { parent: 0, isAction: true },
  ];
  const [refusing, fine] = [newTrace(), newTrace()];
  await pool.query(
    "alter table agent_actions add constraint no_such_agent check (agent_name <> 'forbidden')",
  );
  try {
    const outcome = await writer.write([
      storable("action", actionOf(refusing, nodes, 1)),
      factStorable(factOf(refusing, nodes, 0)),
      storable("action", actionOf(fine, nodes, 1)),
      factStorable({ ...factOf(fine, nodes, 0), agent_name: "allowed" }),
    ]);
    expect(outcome).toMatchObject({ inserted: 4, refused: [], completed: 1, notCompleted: 1 });
  } finally {
    await pool.query("alter table agent_actions drop constraint no_such_agent");
  }
  expect((await stored(refusing))[0]).toMatchObject({
    agent_name: "a-service",
    unresolved_parent_span_id: idOf(0),
  });
  expect((await stored(fine))[0]).toMatchObject({ agent_name: "allowed", unresolved_parent_span_id: null });
});

test("ids of any length are taken, and a fact that names no span is refused by the contract", async () => {
  const writer = createBatchWriter(pool);
  const long = "x".repeat(5_000);
  const outcome = await writer.write([
    storable("action", {
      ...actionOf(long, [{ parent: undefined, isAction: true }], 0),
      unresolved_parent_span_id: long,
    }),
    factStorable({ trace_id: long, span_id: long, unresolved_parent_span_id: long }),
  ]);
  expect(outcome).toMatchObject({ inserted: 2, refused: [] });
  expect(() => factStorable({ trace_id: "only" })).toThrow("span_id is missing");
});
