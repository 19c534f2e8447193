import { KafkaJSProtocolError } from "kafkajs";
import { expect, test } from "vitest";
import { askAgain } from "../../../src/kafka/ask-again.js";

const refusal = (type: string, retriable: boolean) =>
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 6, retriable }));

/** Rejects with each of the errors in turn, then resolves; and what was done meanwhile. */
function questions(errors: Error[]) {
  const did: string[] = [];
  return {
    did,
    ask: async () => {
      did.push("ask");
      const error = errors.shift();
      if (error) throw error;
      return "answer";
    },
    refresh: async () => {
      did.push("refresh");
    },
  };
}

const pauses = { initialMillis: 1, maximumMillis: 2 };

test("a refusal that may pass is asked again with new metadata", async () => {
  const unknownBroker = Object.assign(new Error("Broker 2 not found"), { name: "KafkaJSBrokerNotFound" });
  const { did, ask, refresh } = questions([refusal("NOT_LEADER_FOR_PARTITION", true), unknownBroker]);
  expect(await askAgain(ask, { refresh, pauses })).toBe("answer");
  expect(did).toEqual(["ask", "refresh", "ask", "refresh", "ask"]);
});

test("metadata that cannot be read does not end the asking", async () => {
  const { ask } = questions([refusal("NOT_LEADER_FOR_PARTITION", true)]);
  const refresh = () => Promise.reject(new Error("no metadata"));
  expect(await askAgain(ask, { refresh, pauses })).toBe("answer");
});

test("what will not pass is thrown at once: a missing right, a lost connection", async () => {
  const lost = Object.assign(new Error("Closed connection"), { retriable: true });
  for (const error of [refusal("TOPIC_AUTHORIZATION_FAILED", false), lost]) {
    const { did, ask, refresh } = questions([error]);
    await expect(askAgain(ask, { refresh, pauses })).rejects.toBe(error);
    expect(did).toEqual(["ask"]);
  }
});

test("what does not pass is thrown when the time is up, and when the asking is ended", async () => {
  const error = refusal("LEADER_NOT_AVAILABLE", true);
  const always = () => questions(Array.from({ length: 10_000 }, () => error));
  const late = always();
  await expect(askAgain(late.ask, { refresh: late.refresh, pauses, patienceMillis: 20 })).rejects.toBe(error);
  expect(late.did.length).toBeGreaterThan(1);
  const ended = always();
  const signal = AbortSignal.abort();
  await expect(askAgain(ended.ask, { refresh: ended.refresh, pauses, signal })).rejects.toBe(error);
  expect(ended.did).toEqual(["ask"]);
});
