import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isGloballyUnique } from "../../../../exporter/correlate/call-id.js";

test.each([
  "toolu_01A09q90qw90lq917835lq9",
  "toolu_vrtx_01A09q90qw90lq917835lq9",
  "call_9pw7fqk1x0AbVh2pQxTnEoZr",
  "fc_68a0f1c2d3e4f5a6b7c8d9e0f1a2b3c4",
  "chatcmpl-tool-0f8fad5bd9cb469fa16570867728950e",
  "0f8fad5b-d9cb-469f-a165-70867728950e",
])("%s is random", (id) => expect(isGloballyUnique(id)).toBe(true));

test.each([
  undefined,
  "",
  "call_1",
  "call-17",
  "tool-3",
  "7",
  "call_get_weather_0007",
  "call_0000000000000000001",
  "call_0000000000000000a01",
  "call_getCurrentWeather12",
  "toolu_1",
  "get_weather",
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-0000-0000-000000000012",
])("%s is counted, or may be", (id) => expect(isGloballyUnique(id)).toBe(false));

test("no id that is counted up from a word is taken for random", () => {
  const words = fc.stringMatching(/^[a-zA-Z]{0,24}[_-]?$/);
  fc.assert(
    fc.property(words, fc.nat(), fc.nat({ max: 24 }), (word, count, width) => {
      expect(isGloballyUnique(`${word}${String(count).padStart(width, "0")}`)).toBe(false);
    }),
  );
});

test("ids that are made at random are taken for random", () => {
  for (let times = 0; times < 200; times++) {
    expect(isGloballyUnique(randomUUID())).toBe(true);
    expect(isGloballyUnique(`call_${randomBytes(16).toString("hex")}`)).toBe(true);
  }
});
