/** Reads the targets of `alerts.yaml`: where notices are sent to. */
import { type AlertTarget, SEVERITIES, WEBHOOK_FORMATS } from "../config/alert-rules.js";
import { Secret } from "../config/secret.js";
import { membersOf } from "./alert-members.js";

const MAX_TARGETS = 20;
const WAYS = ["webhook", "webhookEnv", "grafana", "notify", "topic", "stdout"] as const;

export function targetsOf(
  given: unknown,
  env: NodeJS.ProcessEnv,
  problems: string[],
): readonly AlertTarget[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || given.length > MAX_TARGETS) {
    problems.push(`targets has to be a list of at most ${MAX_TARGETS}`);
    return [];
  }
  const targets = given.flatMap((each, index) => targetOf(each, `targets[${index}]`, env, problems));
  const names = targets.map(({ name }) => name);
  for (const name of new Set(names.filter((name, at) => names.indexOf(name) !== at)))
    problems.push(
      `two targets are called ${name}: each needs a name of its own, by which is known what it was told`,
    );
  return targets;
}

function targetOf(given: unknown, where: string, env: NodeJS.ProcessEnv, problems: string[]): AlertTarget[] {
  const known = ["name", "minSeverity", "everySeconds", "format", "allowPrivate", "tokenEnv", ...WAYS];
  const target = membersOf(given, where, known, problems);
  const before = problems.length;
  const expect = (isSo: boolean, problem: string): void => {
    if (!isSo) problems.push(`${where}${problem}`);
  };
  const { name, minSeverity = "warning", everySeconds = 10, format = "json", allowPrivate = false } = target;
  expect(
    typeof name === "string" && /^[\w.-]{1,63}$/.test(name),
    ".name has to be a name of letters, digits, dots and dashes",
  );
  expect(
    SEVERITIES.some((each) => each === minSeverity),
    `.minSeverity has to be one of ${SEVERITIES.join(", ")}`,
  );
  expect(
    typeof everySeconds === "number" && everySeconds >= 0 && everySeconds <= 86_400,
    ".everySeconds has to be a number from 0 to 86400",
  );
  expect(
    WEBHOOK_FORMATS.some((each) => each === format),
    `.format has to be one of ${WEBHOOK_FORMATS.join(", ")}`,
  );
  expect(typeof allowPrivate === "boolean", ".allowPrivate has to be true or false");
  const ways = WAYS.filter((way) => target[way] !== undefined);
  expect(ways.length === 1, ` has to have one of ${WAYS.join(", ")}`);
  const common = { name, minSeverity, everySeconds } as Pick<
    AlertTarget,
    "name" | "minSeverity" | "everySeconds"
  >;
  const { webhook, webhookEnv, notify, topic, stdout } = target;
  if (webhookEnv !== undefined)
    expect(
      typeof webhookEnv === "string" && env[webhookEnv] !== undefined,
      `.webhookEnv names a variable that is not set`,
    );
  const url = webhookEnv === undefined ? webhook : env[String(webhookEnv)];
  if (webhook !== undefined || webhookEnv !== undefined)
    expect(isUrl(url), "'s webhook has to be an http or https URL");
  const { grafana, tokenEnv } = target;
  if (grafana !== undefined) expect(isUrl(grafana), ".grafana has to be an http or https URL");
  if (tokenEnv !== undefined) {
    expect(grafana !== undefined, ".tokenEnv goes with grafana");
    expect(
      typeof tokenEnv === "string" && env[tokenEnv] !== undefined,
      ".tokenEnv names a variable that is not set",
    );
  }
  if (notify !== undefined)
    expect(
      typeof notify === "string" && /^[A-Za-z_][\w]{0,62}$/.test(notify),
      ".notify has to be the name of a channel: letters, digits and underscores",
    );
  if (topic !== undefined)
    expect(
      typeof topic === "string" && /^[\w.-]{1,249}$/.test(topic),
      ".topic has to be the name of a topic",
    );
  if (stdout !== undefined) expect(stdout === true, ".stdout has to be true");
  if (problems.length > before) return [];
  if (grafana !== undefined) {
    const token = tokenEnv === undefined ? undefined : new Secret(env[String(tokenEnv)] ?? "");
    return [
      {
        ...common,
        kind: "grafana",
        url: new Secret(String(grafana)),
        token,
        allowPrivate: allowPrivate === true,
      },
    ];
  }
  if (typeof notify === "string") return [{ ...common, kind: "notify", channel: notify }];
  if (typeof topic === "string") return [{ ...common, kind: "topic", topic }];
  if (stdout === true) return [{ ...common, kind: "stdout" }];
  const webhookFormat = format as (typeof WEBHOOK_FORMATS)[number];
  return [
    {
      ...common,
      kind: "webhook",
      url: new Secret(String(url)),
      format: webhookFormat,
      allowPrivate: allowPrivate === true,
    },
  ];
}

const isUrl = (value: unknown): boolean =>
  typeof value === "string" && URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
