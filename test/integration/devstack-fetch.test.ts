import { appendFile, mkdir, mkdtemp, readdir, rm, unlink, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkLibraries, fetchKafka, kafkaLibraryFolder } from "../../src/devstack/fetch-kafka.js";
import { createGuard } from "../../src/devstack/guard.js";
import { KAFKA_LIBRARIES } from "../../src/devstack/kafka-libraries.js";

test("two first runs at once, and one that finds a damaged cache, all end with the whole Kafka", async () => {
  const cache = await mkdtemp(join(tmpdir(), "devstack-fetch-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  for (const name of ["fetch-abandoned", "fetch-going-on"]) await mkdir(join(cache, name));
  const longAgo = new Date(Date.now() - 7_200_000);
  await utimes(join(cache, "fetch-abandoned"), longAgo, longAgo);
  const guard = createGuard();
  onTestFinished(() => guard.close());
  const messages: string[] = [];
  const fetch = () =>
    fetchKafka({ cache, env: process.env, guard, onProgress: (message) => messages.push(message) });
  const libraries = kafkaLibraryFolder(cache);

  await Promise.all([fetch(), fetch()]);
  expect(await checkLibraries(libraries, KAFKA_LIBRARIES)).toEqual([]);
  expect(await readdir(cache)).toEqual(["fetch-going-on", "kafka-4.1.1"]);
  expect(messages).toContain("Kafka 4.1.1: fetching 46 libraries with Maven, this first time only");

  await appendFile(join(libraries, "kafka-clients-4.1.1.jar"), "x");
  await unlink(join(libraries, "slf4j-api-1.7.36.jar"));
  const problems = await checkLibraries(libraries, KAFKA_LIBRARIES);
  expect(problems).toEqual([
    expect.stringMatching(/^kafka-clients-4\.1\.1\.jar: has \d+ bytes, should have \d+$/),
    "slf4j-api-1.7.36.jar: is missing",
  ]);
  await fetch();
  expect(await checkLibraries(libraries, KAFKA_LIBRARIES)).toEqual([]);
  expect(await readdir(cache)).toEqual(["fetch-going-on", "kafka-4.1.1"]);
});
