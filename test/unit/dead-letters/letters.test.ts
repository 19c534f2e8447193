import { describe, expect, test } from "vitest";
import { deadLetterMessage } from "../../../src/consumer/dead-letter.js";
import { noteMessage, noteOf, redrivenHeaders } from "../../../src/consumer/dead-letter-note.js";
import { isMeant, type Letter, letterOf } from "../../../src/dead-letters/letter.js";
import { reasonAgainst } from "../../../src/dead-letters/redrive.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { sourceRecord } from "../consumer/records.js";

const AT = new Date("2026-03-01T12:00:00Z");

const message = deadLetterMessage(
  {
    record: {
      ...sourceRecord("value", 7),
      topic: DEFAULT_TOPICS.action,
      headers: {
        mine: [Buffer.from("a"), null],
        "dead-letter.attempt": Buffer.from("2"),
        "dead-letter.sqlstate": "22003",
      },
    },
    reason: "not_json",
    explanation: "the value is not JSON",
  },
  "group",
  AT,
);
const letter = letterOf(3, { offset: "41", timestamp: "0", ...message });

describe("a dead letter", () => {
  test("is what its headers say, with the attempts that its record has behind it", () => {
    expect(letter).toMatchObject({
      partition: 3,
      offset: "41",
      reason: "not_json",
      topic: DEFAULT_TOPICS.action,
      place: "0:7",
      at: AT,
      attempts: 2,
      bytes: 5,
    });
  });

  test("of somebody else says nothing, and is no reason to fail", () => {
    expect(
      letterOf(0, { offset: "1", timestamp: String(AT.getTime()), key: null, value: null }),
    ).toMatchObject({
      reason: "",
      topic: "",
      at: AT,
      attempts: 0,
      bytes: undefined,
    });
  });

  test.each<[string, Parameters<typeof isMeant>[1], boolean]>([
    ["no filter", { places: new Set() }, true],
    ["its reason", { places: new Set(), reason: "not_json" }, true],
    ["another reason", { places: new Set(), reason: "not_utf8" }, false],
    ["its place", { places: new Set(["3:41"]) }, true],
    ["another place", { places: new Set(["3:4"]) }, false],
    ["since then", { places: new Set(), since: AT }, true],
    ["until then", { places: new Set(), until: AT }, false],
  ])("is meant by %s: %o is %s", (_what, filter, meant) => {
    expect(isMeant(letter, filter)).toBe(meant);
  });

  test.each<[string, Partial<Letter>, string | undefined]>([
    ["one that is whole", {}, undefined],
    ["one that came back too often", { attempts: 3 }, "it came back 3 times (--max-attempts)"],
    ["one that was cut", { leftOut: "value" }, "it is not whole: value left out"],
    ["one of the dead-letter topic itself", { topic: DEFAULT_TOPICS.dead_letter }, "is no topic of events"],
    ["one that does not say where it stood", { topic: "" }, "it does not say where it stood"],
  ])("%s may be sent once more, or not", (_what, more, why) => {
    const reason = reasonAgainst({ ...letter, ...more }, DEFAULT_TOPICS, 3);
    if (why === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(why);
  });

  test("is sent once more with the headers of its record, and no others than where it comes from", () => {
    expect(redrivenHeaders(message.headers, 3, "dlq/3/41")).toEqual({
      mine: [Buffer.from("a"), Buffer.alloc(0)],
      "dead-letter.attempt": "3",
      "dead-letter.redriven-from": "dlq/3/41",
    });
  });

  test("is told from a note about one", () => {
    const { headers } = noteMessage("dropped", letter, { at: AT, by: "alice" });
    expect(noteOf(headers)).toEqual({ fate: "dropped", of: "3:41" });
    expect(noteOf(message.headers)).toBeUndefined();
  });
});
