/**
 * Requests that are valid, and what a seed makes of them, to every way in of a service: no failure of ours, no crash, bounded memory, bounded slices of work, and what
 * was acknowledged is stored once. `npm run test:fuzz -- --minutes 5 --seed 7`; a short form with a fixed seed is in `npm test`.
 */

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createHarness, until, wrongRows } from "../integration/consumer-harness.js";
import { getJson, startServiceProcess } from "../integration/service-process.js";
import { fuzzRequest } from "./http-requests.js";
import { type RawResponse, sendUntilHeard } from "./raw-http.js";

const MINUTES = Number(process.env.AGENT_ACTIONS_TEST_FUZZ_MINUTES ?? 0);
const SEED = Number(process.env.AGENT_ACTIONS_TEST_FUZZ_SEED ?? 1);
/** One request by its number, to look at a failure. */
const ONLY = process.env.AGENT_ACTIONS_TEST_FUZZ_ONLY;
/** To standard error, as it comes. */
const IS_TOLD = process.env.AGENT_ACTIONS_TEST_REPORT !== undefined;
const SHORT_REQUESTS = 1_500;
const AT_A_TIME = 8;
const RESPONSE_MILLIS = 60_000;

const MAX_RSS_BYTES = 700_000_000;
/** CPU time of all threads, garbage collection among them. A slice is 10 ms and one item. */
const MAX_SLICE_MILLIS = 1_000;

interface Finding {
  readonly request: number;
  readonly what: string;
  readonly problem: string;
}

/** 503 and 429 say after which time to try again; 504 is a query that takes longer than it may. */
function problemWith({ status, head, body, code }: RawResponse, mayBeSilent: boolean): string | undefined {
  if (status === undefined)
    return mayBeSilent ? undefined : `the connection ended without a response (${code})`;
  if (status < 500 || status === 504) return undefined;
  if (status === 503 && /^retry-after: \d/im.test(head)) return undefined;
  if (status === 503 && /"(status|ready)":/.test(body)) return undefined;
  return `${status} ${body.slice(0, 300)}`;
}

test(
  `seed ${SEED}: whatever comes by HTTP breaks nothing, and what is acknowledged is stored`,
  async (t) => {
    const harness = await createHarness({}, t);
    const service = await startServiceProcess(
      harness,
      {
        NODE_OPTIONS: "--max-old-space-size=400",
        AGENT_ACTIONS_OTLP_ENABLED: "true",
        AGENT_ACTIONS_INTAKE_ENABLED: "true",
        AGENT_ACTIONS_MCP_ENABLED: "true",
        AGENT_ACTIONS_OTLP_BODY_TIMEOUT_MS: "1000",
      },
      fileURLToPath(new URL("./fuzz-program.ts", import.meta.url)),
    );
    await until(async () => (await getJson(`${service.url}/ready`)).status === 200);

    const run = `fuzz ${SEED}`;
    const url = new URL(service.url);
    const endsAt = performance.now() + MINUTES * 60_000;
    const acknowledged: string[] = [];
    const findings: Finding[] = [];
    const found = (finding: Finding): void => {
      findings.push(finding);
      if (IS_TOLD) process.stderr.write(`${JSON.stringify(finding)}\n`);
    };
    const statuses: Record<string, number> = {};
    let next = ONLY === undefined ? 0 : Number(ONLY);
    let ended: number | NodeJS.Signals | undefined;
    void service.exited.then((code) => {
      ended = code;
    });
    const isOver = (number: number): boolean =>
      ended !== undefined ||
      (ONLY === undefined
        ? MINUTES > 0
          ? performance.now() > endsAt
          : number >= SHORT_REQUESTS
        : number > Number(ONLY));

    async function ask(): Promise<void> {
      for (let number = next++; !isOver(number); number = next++) {
        const request = fuzzRequest(SEED, number, run);
        const { what, actions, mayBeSilent } = request;
        const response = await sendUntilHeard(url, request, RESPONSE_MILLIS).catch((error: Error) => error);
        if (response instanceof Error) {
          found({ request: number, what, problem: response.message });
          continue;
        }
        const { status = "none" } = response;
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === 200) acknowledged.push(...actions);
        const problem = problemWith(response, mayBeSilent);
        if (problem !== undefined) found({ request: number, what, problem });
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, ask));

    expect(ended, service.lines.slice(-20).join("\n")).toBeUndefined();
    service.child.kill("SIGUSR2");
    let seen: string | undefined;
    await until(() => {
      seen = service.lines.find((line) => line.startsWith('{"largest"'));
      return seen !== undefined;
    });
    const { largest } = JSON.parse(seen ?? "{}") as {
      largest: { rssBytes: number; heapBytes: number; sliceMillis: number };
    };
    const stored = async () => (await wrongRows(harness, acknowledged)).length === 0;
    await until(stored, { seen: () => wrongRows(harness, acknowledged), millis: 120_000 });
    if (IS_TOLD)
      process.stderr.write(
        `${JSON.stringify({ seed: SEED, requests: next - AT_A_TIME, statuses, acknowledged: acknowledged.length, ...largest })}\n`,
      );

    const defects = service.lines.filter((line) => Number(/"level":(\d+)/.exec(line)?.[1]) >= 50);
    expect({ findings, defects }).toEqual({ findings: [], defects: [] });
    expect(largest.rssBytes).toBeLessThan(MAX_RSS_BYTES);
    expect(largest.sliceMillis).toBeLessThan(MAX_SLICE_MILLIS);
    // It was no run of refusals.
    if (ONLY === undefined) expect(acknowledged.length).toBeGreaterThan(300);
    service.child.kill("SIGTERM");
    expect(await service.exited, service.lines.join("\n")).toBe(0);
  },
  MINUTES * 60_000 + 300_000,
);
