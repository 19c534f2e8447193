import { expect, test } from "vitest";
import { pauseAfter } from "../../../src/notices/notice-keeper.js";

const settings = { intervalMillis: 500, isWriting: true };

test.each([
  ["little work waits for the interval", { spentMillis: 20, actions: 50 }, settings, 500],
  [
    "four times the work beside a consumer that writes",
    { spentMillis: 400, actions: 2_000 },
    settings,
    1_600,
  ],
  [
    "as long as the work, otherwise",
    { spentMillis: 700, actions: 2_000 },
    { ...settings, isWriting: false },
    700,
  ],
  ["ten seconds at most", { spentMillis: 9_000, actions: 50_000 }, settings, 10_000],
  [
    "a second after few actions, whose time was that of others",
    { spentMillis: 900, actions: 200 },
    settings,
    1_000,
  ],
  [
    "never below the interval that is set",
    { spentMillis: 900, actions: 1 },
    { ...settings, intervalMillis: 3_000 },
    3_000,
  ],
])("%s", (_, work, given, millis) => {
  expect(pauseAfter(work, given)).toBe(millis);
});
