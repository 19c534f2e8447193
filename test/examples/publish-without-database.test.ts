import { expect, test } from "vitest";
import { startExampleStack } from "./example-stack.js";

const stack = await startExampleStack();

const SORTS = 10;

test("every sort of event is published without a database, and lost without harm when Kafka is away", async () => {
  const { code, stdout, stderr } = await stack.runExample("publish-without-database/index.ts", {
    DATABASE_URL: "",
  });
  const [there = "", away = ""] = stdout.split("Kafka is away:");
  expect(there.match(/: true$/gm)).toHaveLength(SORTS);
  expect(away.match(/: false$/gm)).toHaveLength(SORTS);
  expect(stderr).toContain("Kafka cannot be reached at 127.0.0.1:1");
  expect(code).toBe(0);

  expect(await stack.untilStored()).toBe(SORTS);
  const [counts] = await stack.query(`
    select (select count(*)::int from agent_actions) as actions,
           (select count(*)::int from agent_routing_decisions) as routing_decisions,
           (select count(*)::int from agent_transformation_events) as transformations,
           (select count(*)::int from router_performance_metrics) as router_performance,
           (select count(*)::int from agent_detection_failures) as detection_failures,
           (select count(*)::int from agent_execution_logs) as executions`);
  expect(counts).toEqual({
    actions: 5,
    routing_decisions: 1,
    transformations: 1,
    router_performance: 1,
    detection_failures: 1,
    executions: 1,
  });
});
