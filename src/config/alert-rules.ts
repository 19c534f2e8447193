/** What rules need before they notice anything: figures that `alerts.yaml` may change. Defaults are on. */
export const DEFAULT_RULES = {
  loop: { enabled: true },
  pipeline: { enabled: true, maxLag: 100_000, maxDeadLetters: 1, maxFeedDelaySeconds: 120 },
  silence: { enabled: true, minHours: 100, minDays: 7, factor: 1.5 },
  stuck: { enabled: true, minCalls: 2_000, factor: 2, minSeconds: 60, approvalSeconds: 900 },
  collision: { enabled: true, windowSeconds: 600 },
} as const;

type Widened<Value> = Value extends boolean ? boolean : Value extends number ? number : Value;

export type RuleName = keyof typeof DEFAULT_RULES;

/** Every rule with its figures. */
export type RuleSettings = {
  readonly [Rule in RuleName]: {
    readonly [Name in keyof (typeof DEFAULT_RULES)[Rule]]: Widened<(typeof DEFAULT_RULES)[Rule][Name]>;
  };
};
