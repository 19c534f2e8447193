import { beforeAll, describe, expect, test } from "vitest";
import { createTopics } from "../helpers/kafka-records.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { PROCESS_ENDS } from "./process-ends.js";
import { playScenes, type Scene, type SceneResult, tableOf } from "./process-ends-harness.js";

/** `npm run test:ends`: every way to end, in every mode of the spool, with Kafka and without. It takes five minutes, and prints the table. */
const isComplete = process.env.PROCESS_ENDS === "all";

const MODES = ["off", "overflow", "always"] as const;

const scenes: readonly Scene[] = PROCESS_ENDS.filter(({ isLong }) => isComplete || !isLong).flatMap((end) =>
  MODES.flatMap((spool) =>
    [false, true]
      .filter((isKafkaAway) => isComplete || isKafkaAway || spool === "overflow")
      .map((isKafkaAway) => ({ end, spool, isKafkaAway })),
  ),
);

let results: readonly SceneResult[];
beforeAll(async () => {
  const brokers = kafkaBootstrap();
  const topics = await createTopics(brokers, { only: ["action", "producer_heartbeat"] });
  results = await playScenes(scenes, { brokers, topics });
  if (isComplete) console.log(tableOf(results));
}, 900_000);

/** Results that are not what they should be, with the scene that they are of. */
const wrong = (isRight: (result: SceneResult) => boolean) =>
  results
    .filter((result) => !isRight(result))
    .map(({ end, ended: { code, signal, stderr }, ...counts }) => ({
      end: end.name,
      ...counts,
      code,
      signal,
      stderr,
    }));

describe("every way to end, in every mode of the spool", () => {
  test("is the program's own: exit code and signal are what they were without us", () => {
    expect(
      wrong(({ end, ended }) =>
        Object.entries(end.ends).every(([key, value]) => ended[key as "code"] === value),
      ),
    ).toEqual([]);
  });

  test("leaves nothing lost that is in no count, unless it is killed", () => {
    expect(wrong(({ end, uncounted }) => end.isKilled === true || uncounted === 0)).toEqual([]);
  });

  test("loses nothing that was accepted with a spool, unless it is killed", () => {
    expect(wrong(({ end, spool, lost }) => end.isKilled === true || spool === "off" || lost === 0)).toEqual(
      [],
    );
  });

  test("loses nothing that was accepted where all goes to the spool, however it is killed", () => {
    expect(wrong(({ spool, lost }) => spool !== "always" || lost === 0)).toEqual([]);
    expect(results.filter(({ end, spool }) => end.isKilled && spool === "always").length).toBeGreaterThan(0);
  });

  test("has nothing to lose after forceFlush() where Kafka is there, or a spool, frozen or killed", () => {
    const flushed = results.filter(
      ({ end, isKafkaAway, spool }) => end.way === "serverless" && (!isKafkaAway || spool !== "off"),
    );
    expect(flushed.length).toBeGreaterThan(0);
    for (const { accepted, sent, fromSpool } of flushed) expect(sent + fromSpool).toBe(accepted);
    for (const { isKafkaAway, fromSpool } of flushed) expect(fromSpool > 0).toBe(isKafkaAway);
  });

  test("says in one line what was not delivered, and nothing where all was", () => {
    // What was under way may have arrived all the same.
    const isSaid = ({ end, lines, accepted, sent }: SceneResult) =>
      end.isKilled || end.isFamily || (sent < accepted ? lines === 1 : lines <= 1);
    const isQuiet = ({ end, isKafkaAway, lines }: SceneResult) =>
      end.way !== "naturally" || isKafkaAway || lines === 0;
    expect(wrong(isQuiet)).toEqual([]);
    expect(wrong(isSaid)).toEqual([]);
  });
});
