import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { spoolInstead } from "../../../src/cli/dev/spool-instead.js";

const NOTHING = { PATH: "/nowhere", JAVA_HOME: "" };

test("where nothing can run Kafka, events go through files, which is said in one line", async () => {
  const lines: string[] = [];
  const spool = await spoolInstead({ noKafka: false, env: NOTHING, onProgress: (line) => lines.push(line) });
  expect(lines).toEqual([expect.stringMatching(/^Neither Java with Maven nor Docker is here.*--no-kafka/)]);
  expect(spool?.env).toEqual({
    AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool",
    AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: spool?.directory,
  });
  await spool?.remove();
  expect(existsSync(spool?.directory ?? "")).toBe(false);
});

test("a Kafka that the environment names is used, unless it is asked for none; a folder that is kept is not removed", async () => {
  const env = { ...NOTHING, KAFKA_BOOTSTRAP_SERVERS: "kafka:9092" };
  const onProgress = () => expect.fail("there is nothing to say");
  expect(await spoolInstead({ noKafka: false, env, onProgress })).toBeUndefined();
  const spool = await spoolInstead({ noKafka: true, dataDir: "/data", env, onProgress });
  expect(spool?.directory).toBe("/data/spool");
});
