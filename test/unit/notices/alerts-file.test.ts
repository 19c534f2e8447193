import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_ALERTS, DEFAULT_RULES } from "../../../src/config/alert-rules.js";
import { ConfigError } from "../../../src/errors.js";
import { parseAlerts, readAlertsFile } from "../../../src/notices/alerts-file.js";
import { loadYaml } from "../../../src/notices/load-yaml.js";
import { periodEnd } from "../../../src/report/report-sender.js";

function problemsOf(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    parseAlerts(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("an empty file leaves everything as it is", () => {
  expect(parseAlerts("", {})).toEqual(DEFAULT_ALERTS);
});

test("figures are changed one by one, and targets have their ways", () => {
  const { rules, targets } = parseAlerts(
    `rules:
  silence: { enabled: false }
  stuck: { minSeconds: 300 }
targets:
  - { name: ops, webhookEnv: OPS_HOOK, format: slack }
  - { name: pager, webhook: "http://alertmanager:9093/api/v2/alerts", format: alertmanager, allowPrivate: true, minSeverity: critical }
  - { name: bus, topic: agent-notices, everySeconds: 0 }
  - { name: db, notify: agent_notices }
  - { name: log, stdout: true }
  - { name: graph, grafana: "https://grafana.example/ops/", tokenEnv: GRAFANA_TOKEN }
`,
    { OPS_HOOK: "https://hooks.example/T0", GRAFANA_TOKEN: "glsa_t0" },
  );
  expect(rules.silence).toEqual({ ...DEFAULT_RULES.silence, enabled: false });
  expect(rules.stuck).toEqual({ ...DEFAULT_RULES.stuck, minSeconds: 300 });
  expect(targets.map(({ name, kind, minSeverity }) => `${name} ${kind} ${minSeverity}`)).toEqual([
    "ops webhook warning",
    "pager webhook critical",
    "bus topic warning",
    "db notify warning",
    "log stdout warning",
    "graph grafana warning",
  ]);
  // What a webhook's address holds is not shown.
  expect(JSON.stringify(targets)).not.toMatch(/hooks\.example|glsa_t0/);
});

test("a digest has periods of hours and days, or a time of the day in UTC", () => {
  const scheduled = (when: string) =>
    parseAlerts(
      `targets: [{ name: ops, webhook: "https://hooks.example/T0" }]\nreport: { ${when}, targets: [ops] }`,
      {},
    ).report;
  expect(scheduled("every: 7d")).toEqual({ everyMillis: 604_800_000, offsetMillis: 0, targets: ["ops"] });
  const daily = scheduled('at: "08:30"');
  expect(daily).toEqual({ everyMillis: 86_400_000, offsetMillis: 30_600_000, targets: ["ops"] });
  const end = (time: string) => daily && new Date(periodEnd(daily, Date.parse(time))).toISOString();
  expect(end("2026-01-05T08:29:59Z")).toBe("2026-01-04T08:30:00.000Z");
  expect(end("2026-01-05T08:30:00Z")).toBe("2026-01-05T08:30:00.000Z");
});

describe("mistakes", () => {
  test("of a digest say what it may be", () => {
    const targets = `targets:
  - { name: ops, webhook: "https://hooks.example/T0" }
  - { name: pager, webhook: "https://pager.example", format: alertmanager }
  - { name: log, stdout: true }
`;
    for (const [report, ...problems] of [
      ["{ targets: [ops] }", "either every"],
      ['{ every: 24h, at: "08:00", targets: [ops] }', "either every"],
      ["{ every: 30m, targets: [ops] }", "report.every"],
      ["{ every: 32d, targets: [ops] }", "report.every"],
      ['{ at: "24:00", targets: [ops] }', "report.at"],
      ["{ every: 24h }", "report.targets has to be a list"],
      ["{ every: 24h, targets: [ops, ops] }", "report.targets has to be a list"],
      ["{ every: 24h, targets: [pager, log, nobody] }", '"pager"', '"log"', '"nobody"'],
      ["{ every: 24h, to: [ops] }", "report has no member to"],
    ] as const)
      expect(problemsOf(`${targets}report: ${report}`)).toEqual(
        problems.map((problem) => expect.stringContaining(problem)),
      );
  });

  test("are told all at once, each with what there is", () => {
    expect(
      problemsOf(`rules:
  silence: { enabled: maybe, minHour: 3 }
  loops: {}
target: []
targets:
  - { name: "a b", webhook: "ftp://x", topic: t }
  - { name: x, webhookEnv: NOT_SET }
  - { name: x }
  - { name: y, notify: "a; drop table", minSeverity: bad }
  - { name: z, grafana: here, tokenEnv: NOT_SET }
`),
    ).toEqual([
      "alerts.yaml: alerts.yaml has no member target: there are rules, sequences, targets, report",
      "alerts.yaml: rules has no member loops: there are loop, sequence, pipeline, silence, stuck, collision, novelty, anomaly, regression",
      "alerts.yaml: rules.silence has no member minHour: there are enabled, minHours, minDays, factor",
      "alerts.yaml: rules.silence.enabled has to be true or false",
      "alerts.yaml: targets[0].name has to be a name of letters, digits, dots and dashes",
      "alerts.yaml: targets[0] has to have one of webhook, webhookEnv, grafana, notify, topic, stdout",
      "alerts.yaml: targets[0]'s webhook has to be an http or https URL",
      "alerts.yaml: targets[1].webhookEnv names a variable that is not set",
      "alerts.yaml: targets[1]'s webhook has to be an http or https URL",
      "alerts.yaml: targets[2] has to have one of webhook, webhookEnv, grafana, notify, topic, stdout",
      "alerts.yaml: targets[3].minSeverity has to be one of info, warning, critical",
      "alerts.yaml: targets[3].notify has to be the name of a channel: letters, digits and underscores",
      "alerts.yaml: targets[4].grafana has to be an http or https URL",
      "alerts.yaml: targets[4].tokenEnv names a variable that is not set",
    ]);
  });

  test.each([
    ["no YAML", "rules: [", "alerts.yaml: "],
    ["a list", "- a", "alerts.yaml has to be a mapping"],
    ["a key twice", "rules: {}\nrules: {}", "Map keys must be unique"],
    [
      "two of one name",
      "targets: [{name: a, stdout: true}, {name: a, stdout: true}]",
      "two targets are called a",
    ],
    ["no list", "targets: {a: 1}", "targets has to be a list"],
  ])("%s", (_, text, expected) => expect(problemsOf(text).join()).toContain(expected));

  test("aliases that would blow up are refused", () => {
    const problems = problemsOf("a: &a [x,x]\nb: &b [*a,*a]\nrules: *b\n");
    expect(problems).toEqual([expect.stringContaining("aliases (*name) cannot be used here: write out")]);
  });

  test("a file that is not there", () => {
    expect(() => readAlertsFile("/nowhere/alerts.yaml", {})).toThrow(
      "AGENT_ACTIONS_ALERTS_FILE /nowhere/alerts.yaml cannot be read",
    );
  });
});

describe("sequences", () => {
  test("are added to those that are there, which may be switched on and off", () => {
    const { sequences } = parseAlerts(
      `sequences:
  - { name: edits_after_last_tests, enabled: true }
  - name: deploy_without_approval
    severity: critical
    steps:
      - { tools: "plan_*" }
      - [{ tools: [Bash], arguments: "*deploy*" }, { tools: deploy, outcome: ok }]
    unless: { tools: approve }
`,
      {},
    );
    expect(sequences.map(({ name, enabled, severity, atEnd }) => [name, enabled, severity, atEnd])).toEqual([
      ["secret_then_outward", true, "info", false],
      ["edits_after_last_tests", true, "info", true],
      ["deploy_without_approval", true, "critical", false],
    ]);
    expect(sequences[2]).toMatchObject({
      steps: [
        [{ tools: ["plan_*"], outcome: "any" }],
        [
          { tools: ["Bash"], arguments: ["*deploy*"] },
          { tools: ["deploy"], outcome: "ok" },
        ],
      ],
      unless: [{ tools: ["approve"] }],
    });
  });

  test("say what is wrong with them", () => {
    expect(
      problemsOf(`sequences:
  - { name: a b, steps: [] }
  - { name: x, steps: [{ tool: Bash }, { tools: 3 }, { outcome: bad, operations: read }] }
  - { name: x, steps: [{ except: "*" }], enabled: 1 }
`),
    ).toEqual([
      "alerts.yaml: sequences[0].name has to be a name of letters, digits, dots and dashes",
      "alerts.yaml: sequences[0].steps has to be a list of 1 to 8 steps",
      "alerts.yaml: sequences[1].steps[0] has no member tool: there are tools, arguments, files, operations, except, outcome",
      "alerts.yaml: sequences[1].steps[0] has to say what fits: tools, arguments, files or operations",
      "alerts.yaml: sequences[1].steps[1].tools has to be a text, or a list of at most 50, of at most 200 characters",
      "alerts.yaml: sequences[1].steps[2].outcome has to be one of any, ok, failed",
      "alerts.yaml: sequences[2].enabled has to be true or false",
      "alerts.yaml: sequences[2].steps[0] has to say what fits: tools, arguments, files or operations",
      "alerts.yaml: two sequences are called x: each needs a name of its own",
    ]);
  });
});

test("without the package for YAML, JSON is read, and the error names the package and the file", () => {
  expect(parseAlerts('{"rules": {"silence": {"enabled": false}}}', {}).rules.silence.enabled).toBe(false);
  const without = (() => {
    throw new Error("Cannot find module 'yaml'");
  }) as unknown as NodeJS.Require;
  expect(() => loadYaml("rules/alerts.yaml", without)).toThrow(/rules\/alerts\.yaml.*npm install yaml/);
});

test("a file that an editor saved as UTF-16 is named as that; one with a byte order mark of UTF-8 is read", () => {
  const path = join(mkdtempSync(join(tmpdir(), "alerts-")), "alerts.yaml");
  const text = "rules:\n  silence: { enabled: false }\n";
  for (const mark of ["\ufeff", ""]) {
    writeFileSync(path, Buffer.from(mark + text, "utf16le"));
    expect(() => readAlertsFile(path, {})).toThrow(
      `${path} is written in UTF-16, or is no text: save it as UTF-8`,
    );
  }
  writeFileSync(path, `\ufeff${text}`);
  expect(readAlertsFile(path, {}).rules.silence.enabled).toBe(false);
});
