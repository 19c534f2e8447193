import { expect, test } from "vitest";
import { fetchInTurns } from "../../../src/kafka/fetch-in-turns.js";

interface Request {
  readonly maxBytes: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

/** What a broker is asked for, in the order in which it fills its response. */
function setUp() {
  const asked: Request[] = [];
  const broker = {
    async fetch(request: Request) {
      asked.push(request);
      return { responses: [] };
    },
  };
  const cluster = { findBroker: async () => broker };
  const kafka = { [Symbol("private:Kafka:createCluster")]: () => cluster };
  fetchInTurns(kafka);
  const key = Object.getOwnPropertySymbols(kafka)[0] as keyof typeof kafka;
  const connected = (kafka[key] as () => typeof cluster)();
  const fetch = async (topics: Request["topics"]) =>
    (await connected.findBroker()).fetch({ maxBytes: 10, topics });
  return { fetch, asked };
}

test("every partition comes first in one of as many fetches as there are, none is left out, and topics keep their order", async () => {
  const { fetch, asked } = setUp();
  const topics = [
    { topic: "facts", partitions: [0] },
    { topic: "actions", partitions: [0, 1, 2] },
  ];
  for (let turn = 0; turn < 4; turn++) await fetch(topics);
  expect(asked.map(({ topics: [facts] }) => facts)).toEqual(Array(4).fill(topics[0]));
  expect(asked.map(({ topics: [, actions] }) => actions?.partitions)).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 1, 2],
  ]);
  expect(asked.every(({ maxBytes }) => maxBytes === 10)).toBe(true);
});

test("a fetch of nothing stays one", async () => {
  const { fetch, asked } = setUp();
  await fetch([]);
  await fetch([{ topic: "actions", partitions: [] }]);
  expect(asked.map(({ topics }) => topics)).toEqual([[], [{ topic: "actions", partitions: [] }]]);
});
