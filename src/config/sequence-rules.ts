/** Sequences of calls that are told: what `alerts.yaml` may say, and those that are there without it. */
import type { SEVERITIES } from "./alert-rules.js";

export const OUTCOMES = ["any", "ok", "failed"] as const;

/** One call of a kind. What is given has to fit, each by any of its patterns; `*` in a pattern is any text, and case makes no difference. */
export interface CallPattern {
  /** Names of tools. */
  readonly tools?: readonly string[];
  /** Arguments, as the text of JSON: the first 4,096 characters. */
  readonly arguments?: readonly string[];
  /** Path of the file that the call reads or changes, where its row of `agent_file_operations` names one. */
  readonly files?: readonly string[];
  /** What it does to that file: read, write, edit, create, delete, glob or grep. */
  readonly operations?: readonly string[];
  /** Arguments or paths that are left out although they fit. */
  readonly except?: readonly string[];
  /** @default "any" */
  readonly outcome?: (typeof OUTCOMES)[number];
}

/** A subsequence of the calls of one run, in the order of their end, whoever of the run makes them. */
export interface SequenceRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly severity: (typeof SEVERITIES)[number];
  /** One after another, with anything between; each has alternatives. */
  readonly steps: readonly (readonly CallPattern[])[];
  /** A call that takes back what came before: then it begins anew, with this call. */
  readonly unless: readonly CallPattern[];
  /** It is told only when the run has done nothing for `rules.sequence.quietMinutes`, if nothing took it back until then. */
  readonly atEnd: boolean;
}

const SECRET_FILES = [
  "*.env",
  "*.env.*",
  "*.pem",
  "*.p12",
  "*.keystore",
  "*id_rsa*",
  "*id_ed25519*",
  "*/.aws/credentials*",
  "*/.netrc",
  "*/.npmrc",
  "*/.pypirc",
  "*/.kube/config",
  "*/.docker/config.json",
];
/** Examples hold no secrets, and public keys are none. */
const NO_SECRETS = [
  "*.env.example*",
  "*.env.sample*",
  "*.env.template*",
  "*.env.dist*",
  "*.env.test*",
  "*.pub*",
];
const SHELLS = ["*bash*", "*shell*", "*exec*", "*terminal*", "run_command*"];
const LOCAL = ["*localhost*", "*127.0.0.1*", "*[::1]*", "*0.0.0.0*"];

export const DEFAULT_SEQUENCES: readonly SequenceRule[] = [
  {
    name: "secret_then_outward",
    enabled: true,
    severity: "info",
    steps: [
      [
        { files: SECRET_FILES, operations: ["read"], except: NO_SECRETS, outcome: "ok" },
        {
          tools: SHELLS,
          arguments: SECRET_FILES.map((pattern) => `*cat ${pattern}*`),
          except: NO_SECRETS,
          outcome: "ok",
        },
      ],
      [
        { tools: ["*fetch*", "*http*", "*send*mail*", "*email*", "*slack*", "*post_*"], except: LOCAL },
        {
          tools: SHELLS,
          arguments: ["*curl *", "*wget *", "*scp *", "*ssh *", "*rsync *", "*git push*", "*nc -*"],
          except: LOCAL,
        },
      ],
    ],
    unless: [],
    atEnd: false,
  },
  {
    name: "edits_after_last_tests",
    enabled: false,
    severity: "info",
    steps: [
      [
        {
          tools: [...SHELLS, "*test*"],
          arguments: ["*test*", "*vitest*", "*jest*", "*tox*", "*mvn *verify*"],
        },
      ],
      [
        {
          operations: ["write", "edit", "create"],
          except: ["*.md", "*.txt", "*.rst", "*changelog*"],
          outcome: "ok",
        },
      ],
    ],
    unless: [
      { tools: [...SHELLS, "*test*"], arguments: ["*test*", "*vitest*", "*jest*", "*tox*", "*mvn *verify*"] },
    ],
    atEnd: true,
  },
];
