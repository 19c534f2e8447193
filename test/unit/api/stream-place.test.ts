import { expect, test } from "vitest";
import { nearestAhead, type StreamPlace } from "../../../src/api/stream/stream-place.js";

const place = (xactId: number, position: number, skip = 0, installation = "here"): StreamPlace => ({
  cursor: { installation, xactId: String(xactId), position: String(position) },
  skip,
});

test("the nearest place ahead is the first that is behind a change, of the same installation", () => {
  const places = [place(9, 1), place(10, 2), place(100, 0), place(10, 1, 500), place(10, 1, 0, "elsewhere")];
  expect(nearestAhead(place(9, 0), places)).toEqual(place(9, 1));
  // As numbers: "100" comes before "9" as a text.
  expect(nearestAhead(place(9, 1), places)).toEqual(place(10, 2));
  expect(nearestAhead(place(10, 2), places)).toEqual(place(100, 0));
  // In the middle of a change, the place before that change is not ahead.
  expect(nearestAhead(place(10, 2, 500), places)).toEqual(place(100, 0));
  expect(nearestAhead(place(100, 0), places)).toBeUndefined();
  expect(nearestAhead(place(9, 0, 0, "somewhere"), places)).toBeUndefined();
});
