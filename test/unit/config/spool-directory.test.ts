import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultSpoolDirectory } from "../../../src/config/spool-directory.js";

test("each Kafka has a folder of its own below the user's state, whatever the order of its brokers", () => {
  const env = { XDG_STATE_HOME: "/state" };
  const folder = "/state/otel-agent-actions/spool/a_9092+b_9092";
  expect(defaultSpoolDirectory(env, ["b:9092", "a:9092"])).toBe(folder);
  expect(defaultSpoolDirectory(env, ["a:9092", "b:9092"])).toBe(folder);
  expect(defaultSpoolDirectory(env, ["[::1]:9092/../x"])).toBe(
    "/state/otel-agent-actions/spool/___1__9092_.._x",
  );
  const home = join(homedir(), ".local", "state", "otel-agent-actions", "spool", "a_9092");
  expect(defaultSpoolDirectory({}, ["a:9092"])).toBe(home);
  expect(defaultSpoolDirectory({ XDG_STATE_HOME: "relative" }, ["a:9092"])).toBe(home);
});
