import { describe, expect, test } from "vitest";
import { type EventKind, validateEvent } from "../../../src/event/index.js";
import { StoredEvent } from "../../../src/store/stored-event.js";

const ORIGIN = { topic: "topic", partition: 0, offset: "1", timestampMillis: 0 };
const ACTION = '"agent_name":"a","action_type":"success","action_name":"n"';

function stored(kind: EventKind, text: string): StoredEvent {
  const valid = validateEvent(kind, JSON.parse(text), ORIGIN);
  if (!valid.valid) throw new Error(valid.reasons.join());
  return new StoredEvent({ valid, text });
}

describe("an event on its way into a table", () => {
  test("keeps the record's own text of objects and unknown fields", () => {
    const event = stored(
      "action",
      `{${ACTION},"action_details":{"n":12345678901234567890 },"unknown":[1.50]}`,
    );
    expect(event.json("action_details")).toBe('{"n":12345678901234567890 }');
    expect(event.jsonWithUnknown("action_details")).toBe('{"unknown":[1.50],"n":12345678901234567890 }');
  });

  test("serialises objects that had to be mended", () => {
    const event = stored("action", `{${ACTION},"action_details":{"n":12345678901234567890,"t":"\\u0000"}}`);
    expect(event.verbatim).toBe(false);
    expect(event.json("action_details")).toBe('{"n":12345678901234567000,"t":"\ufffd"}');
  });

  test("can be serialised anew, with the values that JSON.parse gave", () => {
    const event = stored("action", `{${ACTION},"action_details":{"n":1e-400},"unknown":1e-400}`);
    expect(event.jsonWithUnknown("action_details")).toBe('{"unknown":1e-400,"n":1e-400}');
    expect(event.serialisedAnew().jsonWithUnknown("action_details")).toBe('{"unknown":0,"n":0}');
  });

  test("has unknown fields alone where the object is absent, null or empty", () => {
    for (const details of ["", ',"action_details":null', ',"action_details":{ }'])
      expect(stored("action", `{${ACTION},"unknown":1${details}}`).jsonWithUnknown("action_details")).toBe(
        '{"unknown":1}',
      );
  });

  test("puts the object's own members behind unknown ones of the same name, where jsonb lets them win", () => {
    const event = stored("action", `{${ACTION},"a":"unknown","action_details":{"a":"own"}}`);
    expect(event.jsonWithUnknown("action_details")).toBe('{"a":"unknown","a":"own"}');
  });

  test("has nothing to say where nothing is there", () => {
    const event = stored("routing_decision", '{"alternatives":null}');
    expect(event.json("alternatives")).toBeUndefined();
    expect(event.jsonWithUnknown()).toBeUndefined();
    expect(event.text("reasoning")).toBeUndefined();
  });

  test("keeps a version of the contract beyond the first among the unknown fields", () => {
    expect(stored("routing_decision", '{"schema_version":1}').jsonWithUnknown()).toBeUndefined();
    expect(stored("routing_decision", '{"schema_version":2}').jsonWithUnknown()).toBe('{"schema_version":2}');
  });

  test("keeps an unknown field called __proto__", () => {
    expect(stored("router_performance", '{"__proto__":{"a":1}}').jsonWithUnknown()).toBe(
      '{"__proto__":{"a":1}}',
    );
  });
});
