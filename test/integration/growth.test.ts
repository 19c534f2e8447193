import { describe, expect, test } from "vitest";
import type { TestLifetime } from "../helpers/stack.js";
import { cli, stackEnv } from "./cli-program.js";
import { action, createHarness, untilConsumed } from "./consumer-harness.js";

interface Grown {
  readonly days: number;
  readonly bytes: number;
  readonly bytes_per_action: number;
  readonly bytes_per_day: number;
  readonly reliable: boolean;
  readonly projects: readonly {
    readonly project: string | null;
    readonly actions_per_day: number;
    readonly bytes_per_day: number;
  }[];
  readonly days_until_full?: number | null;
  readonly kept?: number;
}

describe("growth", async () => {
  const harness = await createHarness({ partitions: 1 });
  const env = stackEnv(harness.databaseUrl);
  const grown = async (t: TestLifetime, ...parameters: string[]) => {
    const { code, stdout } = await cli(t, ["growth", "--json", ...parameters], env);
    return { code, ...(JSON.parse(stdout) as Grown) };
  };

  test("without rows there is no forecast, and nothing is ever full", async (t) => {
    const { code, projects, bytes_per_day, days_until_full } = await grown(t, "--disk", "1TB", "--keep", "5");
    expect({ code, projects, bytes_per_day, days_until_full }).toEqual({
      code: 0,
      projects: [],
      bytes_per_day: 0,
      days_until_full: null,
    });
  });

  test("projects have their shares by what their rows take", async (t) => {
    const day = 86_400_000;
    const rows = (project: string, count: number, text: number) =>
      Array.from({ length: count }, (_, index) =>
        action(index, {
          project_name: project,
          // Random letters, because Postgres compresses others.
          action_details: {
            tool_result: Array.from({ length: text }, () => Math.random().toString(36)[2]).join(""),
          },
          timestamp: new Date(Date.now() - (index % 4) * day).toISOString(),
        }),
      );
    await harness.produce("action", [...rows("small", 1_200, 100), ...rows("few", 4, 100)]);
    await harness.produce("action", rows("large", 400, 1_500));
    const consumer = await harness.start();
    await untilConsumed(consumer, 1_604);
    await consumer.stop();
    const { days, bytes, bytes_per_action, bytes_per_day, projects } = await grown(t);
    expect(days).toBeCloseTo(3, 1);
    expect(projects.map(({ project }) => project)).toEqual(["large", "small", "few"]);
    const [large, small] = projects;
    expect(small?.actions_per_day).toBeCloseTo(1_200 / days, 3);
    // Four times as large, a third as many: more bytes, and not more than the texts differ.
    expect(large!.bytes_per_day / small!.bytes_per_day).toBeGreaterThan(1);
    expect(large!.bytes_per_day / small!.bytes_per_day).toBeLessThan(5);
    expect(bytes_per_day).toBeCloseTo(
      projects.reduce((sum, project) => sum + project.bytes_per_day, 0),
      0,
    );
    // What the rows take by this count is what the tables take, but for weeks that are still empty.
    expect(bytes_per_action * 1_604).toBeGreaterThan(bytes * 0.8);
    expect(bytes_per_action * 1_604).toBeLessThan(bytes * 1.2);
    const full = await grown(t, "--disk", String(Math.round(bytes + 10 * bytes_per_day)), "--keep", "30");
    expect(full.days_until_full).toBeCloseTo(10, 0);
    expect(full.kept).toBeCloseTo(30 * full.bytes_per_day, 0);
    expect(await grown(t, "--disk", "1k")).toMatchObject({ code: 1, days_until_full: 0 });
    const { stdout } = await cli(t, ["growth", "--disk", "1TiB"], env);
    expect(stdout).toMatch(/^ {2}large +133 +\d+ kB$/m);
    expect(stdout).toMatch(/^1\.1 TB are full in [\d,]+ days, on \d{4,}-\d\d-\d\d$/m);
  });

  test("a size that is none is refused with what one looks like", async (t) => {
    const { code, stderr } = await cli(t, ["growth", "--disk", "much"], env);
    expect(code).toBe(64);
    expect(stderr).toContain("a size like 500GB");
  });
});
