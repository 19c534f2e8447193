import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { stopOnSignals } from "../../../src/internal/stop-on-signals.js";

test("the first signal stops in order, the second ends at once with the code of the signal", () => {
  const source = new EventEmitter();
  const stop = vi.fn();
  const exit = vi.fn();
  stopOnSignals(stop, source, exit);
  source.emit("SIGTERM", "SIGTERM");
  expect(stop).toHaveBeenCalledExactlyOnceWith("SIGTERM");
  expect(exit).not.toHaveBeenCalled();
  source.emit("SIGINT", "SIGINT");
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
  expect(stop).toHaveBeenCalledOnce();
});

test("nothing is listened to any more when that is asked for", () => {
  const source = new EventEmitter();
  stopOnSignals(vi.fn(), source, vi.fn())();
  expect(source.eventNames()).toEqual([]);
});
