import type { Secret } from "./secret.js";
import { DEFAULT_SEQUENCES, type SequenceRule } from "./sequence-rules.js";

/** What rules need before they notice anything: figures that `alerts.yaml` may change. Defaults are on. */
export const DEFAULT_RULES = {
  loop: { enabled: true },
  sequence: { enabled: true, quietMinutes: 10 },
  pipeline: {
    enabled: true,
    maxLag: 100_000,
    maxDeadLetters: 1,
    maxFeedDelaySeconds: 120,
    growthFactor: 3,
    minGrowthActions: 100_000,
  },
  silence: { enabled: true, minHours: 100, minDays: 7, factor: 2 },
  stuck: { enabled: true, minCalls: 2_000, factor: 2, minSeconds: 60, approvalSeconds: 900 },
  collision: { enabled: true, windowSeconds: 600 },
  novelty: { enabled: true, minKnownHours: 24, newHours: 3 },
  anomaly: { enabled: true, falseDiscoveryRate: 0.01, maxP: 0.00001 },
  regression: { enabled: true, minShiftPercent: 15, maxP: 0.0025 },
} as const;

type Widened<Value> = Value extends boolean ? boolean : Value extends number ? number : Value;

export type RuleName = keyof typeof DEFAULT_RULES;

/** Every rule with its figures. */
export type RuleSettings = {
  readonly [Rule in RuleName]: {
    readonly [Name in keyof (typeof DEFAULT_RULES)[Rule]]: Widened<(typeof DEFAULT_RULES)[Rule][Name]>;
  };
};

export const SEVERITIES = ["info", "warning", "critical"] as const;
export const WEBHOOK_FORMATS = ["json", "slack", "alertmanager"] as const;

/** Where notices are sent to. */
export type AlertTarget = {
  /** Names it in the tables and the log. */
  readonly name: string;
  /** Less severe notices are not sent. */
  readonly minSeverity: (typeof SEVERITIES)[number];
  /** At most one message in so many seconds: what is noticed meanwhile goes together. */
  readonly everySeconds: number;
} & (
  | {
      readonly kind: "webhook";
      readonly url: Secret;
      readonly format: (typeof WEBHOOK_FORMATS)[number];
      /** Whether the address may be one of a private network. */
      readonly allowPrivate: boolean;
    }
  | {
      readonly kind: "grafana";
      /** Of Grafana itself, not of its API. */
      readonly url: Secret;
      /** Of a service account that may write annotations. */
      readonly token: Secret | undefined;
      readonly allowPrivate: boolean;
    }
  | { readonly kind: "notify"; readonly channel: string }
  | { readonly kind: "topic"; readonly topic: string }
  | { readonly kind: "stdout" }
);

/** When the digest is sent to whom. A period ends every so many milliseconds, counted from 1970 (UTC) and the offset. */
export interface ReportSchedule {
  readonly everyMillis: number;
  readonly offsetMillis: number;
  /** Names of targets that are webhooks. */
  readonly targets: readonly string[];
}

/** What `alerts.yaml` says. */
export interface AlertSettings {
  readonly rules: RuleSettings;
  readonly sequences: readonly SequenceRule[];
  readonly targets: readonly AlertTarget[];
  /** `undefined`: no digest is sent. */
  readonly report?: ReportSchedule | undefined;
}

export const DEFAULT_ALERTS: AlertSettings = {
  rules: DEFAULT_RULES,
  sequences: DEFAULT_SEQUENCES,
  targets: [],
};
