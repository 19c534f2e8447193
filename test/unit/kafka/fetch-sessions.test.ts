import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fetchBySessions } from "../../../src/kafka/fetch-sessions.js";

interface Partition {
  readonly partition: number;
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

interface Request {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly Partition[] }[];
  readonly forgottenTopics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

interface Response {
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly unknown[];
}

/** What kafkajs makes of a request's options. */
type Made = { request: Request; response: { decode: (payload: unknown) => Promise<Response> } };
type Lookup = (apiKey: number, definitions: unknown) => (options: object) => Made;

type Offsets = Readonly<Record<string, string>>;

const SESSION_ID_NOT_FOUND = 70;
const INVALID_SESSION_EPOCH = 71;

/** A broker's side of KIP-227: which partitions a fetch reads, from which offsets. */
class Broker {
  readonly sessions = new Map<number, { epoch: number; offsets: Map<string, string> }>();
  hasRoom = true;
  #lastId = 0;

  fetch({ sessionId, sessionEpoch, topics, forgottenTopics }: Request): Response & { read: Offsets } {
    const named = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [`${topic} ${partition}`, fetchOffset] as const),
    );
    if (sessionEpoch <= 0) {
      this.sessions.delete(sessionId);
      const id = sessionEpoch === 0 && this.hasRoom ? ++this.#lastId : 0;
      if (id > 0) this.sessions.set(id, { epoch: 1, offsets: new Map(named) });
      return { errorCode: 0, sessionId: id, responses: [], read: Object.fromEntries(named) };
    }
    const session = this.sessions.get(sessionId);
    const errorCode = session === undefined ? SESSION_ID_NOT_FOUND : INVALID_SESSION_EPOCH;
    if (session?.epoch !== sessionEpoch) return { errorCode, sessionId: 0, responses: [], read: {} };
    session.epoch += 1;
    for (const { topic, partitions } of forgottenTopics)
      for (const partition of partitions) session.offsets.delete(`${topic} ${partition}`);
    for (const [place, offset] of named) session.offsets.set(place, offset);
    return { errorCode: 0, sessionId, responses: [], read: Object.fromEntries(session.offsets) };
  }
}

/** A client of kafkajs's form, whose requests go to the broker. */
function setUp(apiVersion = 11) {
  const broker = new Broker();
  const requests: Request[] = [];
  const kafkajsBroker: { lookupRequest: Lookup } = { lookupRequest: () => () => ({}) as Made };
  const cluster = { brokerPool: { createBroker: () => kafkajsBroker } };
  const kafka = { [Symbol("private:Kafka:createCluster")]: () => cluster };
  fetchBySessions(kafka);
  const key = Object.getOwnPropertySymbols(kafka)[0] as keyof typeof kafka;
  const connected = (kafka[key] as () => typeof cluster)().brokerPool.createBroker();
  // As kafkajs does once it knows the broker's versions.
  connected.lookupRequest = () => (options) =>
    ({
      request: { apiVersion, ...options },
      response: { decode: async (payload: unknown) => payload },
    }) as unknown as Made;
  const fetch = (offsets: Offsets) => {
    const topics = Object.entries(offsets).map(([place, fetchOffset]) => {
      const [topic, partition] = place.split(" ");
      return { topic, partitions: [{ partition: Number(partition), fetchOffset, maxBytes: 100 }] };
    });
    const made = connected.lookupRequest(1, {})({ maxWaitTime: 500, topics });
    requests.push(made.request);
    return made;
  };
  /** What the broker read for it; where it refused, what it read for the fetch after. */
  const read = async (offsets: Offsets): Promise<Offsets> => {
    for (let tries = 0; tries < 2; tries++) {
      const { request, response } = fetch(offsets);
      const answer = broker.fetch(request);
      const { responses } = await response.decode({ ...answer, responses: [answer.read] });
      if (answer.errorCode === 0) {
        expect(responses).toEqual([answer.read]);
        return answer.read;
      }
      expect(responses).toEqual([]);
    }
    throw new Error("refused twice");
  };
  return { broker, requests, fetch, read };
}

describe("a fetch in a session", () => {
  test("names what has changed, and what is no longer wanted", async () => {
    const { requests, read } = setUp();
    await read({ "a 0": "1", "a 1": "5", "b 0": "0" });
    await read({ "a 0": "1", "a 1": "7", "b 0": "0" });
    await read({ "a 0": "1", "a 1": "7" });
    expect(requests).toMatchObject([
      { sessionId: 0, sessionEpoch: 0 },
      {
        sessionId: 1,
        sessionEpoch: 1,
        topics: [{ topic: "a", partitions: [{ partition: 1, fetchOffset: "7" }] }],
        forgottenTopics: [],
      },
      {
        sessionId: 1,
        sessionEpoch: 2,
        topics: [],
        forgottenTopics: [{ topic: "b", partitions: [0] }],
      },
    ]);
  });

  test("is an ordinary one where the broker is too old for sessions", () => {
    const { fetch, requests } = setUp(6);
    fetch({ "a 0": "1" });
    fetch({ "a 0": "1" });
    expect(requests[1]).not.toHaveProperty("sessionId");
    expect(requests[1]?.topics).toHaveLength(1);
  });

  test("is an ordinary one for good where the broker refuses to begin a session", async () => {
    const { fetch, requests } = setUp();
    const refused = { errorCode: 35, sessionId: 0, responses: [{}] };
    expect(await fetch({ "a 0": "1" }).response.decode(refused)).toMatchObject({ responses: [] });
    expect(await fetch({ "a 0": "1" }).response.decode(refused)).toMatchObject({ responses: [{}] });
    expect(requests[1]).toMatchObject({ sessionId: 0, sessionEpoch: -1, topics: [{ topic: "a" }] });
  });

  test("reads each partition that is wanted from its offset, and no other, whatever became of those before", async () => {
    const places = ["a 0", "a 1", "a 2", "b 0", "b 1"];
    const offsets = fc.dictionary(fc.constantFrom(...places), fc.constantFrom("0", "1", "2"));
    const event = fc.constantFrom("read", "not sent", "response lost", "evicted", "full", "room");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(event, offsets), { maxLength: 30 }), async (events) => {
        const { broker, fetch, read } = setUp();
        for (const [what, wanted] of events) {
          if (what === "not sent") fetch(wanted);
          else if (what === "response lost") broker.fetch(fetch(wanted).request);
          else if (what === "evicted") broker.sessions.clear();
          else if (what === "full" || what === "room") broker.hasRoom = what === "room";
          expect({ ...(await read(wanted)) }).toEqual({ ...wanted });
          expect(broker.sessions.size).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
