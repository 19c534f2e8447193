import { formatRule } from "./credential-format.js";
import { encodedRule, SHORTEST_ENCODED } from "./encoded.js";
import { AI_SERVICES } from "./formats/ai-services.js";
import { CLOUDS } from "./formats/clouds.js";
import { CODE_HOSTS } from "./formats/code-hosts.js";
import { DECLARATIONS } from "./formats/declarations.js";
import { KEY_RULES, KEYS } from "./formats/keys.js";
import { KUBERNETES_SECRET } from "./formats/kubernetes.js";
import { CALL_RULES } from "./formats/program-calls.js";
import { SAAS } from "./formats/saas.js";
import { FLAGS, SHELL_RULES } from "./formats/shell.js";
import { SQL_RULES } from "./formats/sql.js";
import { PAIRS, SENTENCES, STATEMENT_RULES } from "./formats/statements.js";
import { NAMED_ROWS, TABLES } from "./formats/tables.js";
import { URL_AND_HEADER_RULES } from "./formats/urls-and-headers.js";
import { WHOLE_RUNS } from "./formats/whole-runs.js";
import { JSON_LISTS } from "./json-members.js";
import { createLiteralScanner } from "./literal-scanner.js";
import { NAMED_VALUES } from "./named-values.js";
import { NEARBY_NAMES, SHORTEST_GENERATED } from "./nearby-names.js";
import { REDACTED, type RedactionOptions } from "./redaction-options.js";
import {
  createAllowedKeyMatcher,
  createWeakKeyMatcher,
  type KeyMatcher,
  NAME_PIECES,
} from "./secret-keys.js";
import { applyRules, type TextRule } from "./text-rule.js";

/** Longer texts are cut before they are searched: the agent waits for it. */
export const MAX_SEARCHED_LENGTH = 2_000_000;

/** The text without what the rules hide; the same string when they hide nothing. */
export type RedactText = (text: string) => string;

export const CREDENTIAL_FORMATS = [...CODE_HOSTS, ...CLOUDS, ...AI_SERVICES, ...SAAS, ...KEYS];

const FORMAT_RULES: readonly TextRule[] = [
  ...CREDENTIAL_FORMATS.map(formatRule),
  WHOLE_RUNS,
  ...KEY_RULES,
  ...URL_AND_HEADER_RULES,
  ...SHELL_RULES,
  ...STATEMENT_RULES,
  ...SQL_RULES,
  PAIRS,
  KUBERNETES_SECRET,
  ...CALL_RULES,
];

/** They go by names, so they run when a piece of a name that is hidden by default occurs. */
const NAME_RULES = [JSON_LISTS, NAMED_VALUES, DECLARATIONS, TABLES, NAMED_ROWS, FLAGS, SENTENCES].map(
  (rule): TextRule => ({ ...rule, literals: NAME_PIECES, ignoreCase: true }),
);

export const ALL_RULES = [...FORMAT_RULES, ...NAME_RULES];
/** Off by default: an address is often what a tool is about. */
const EMAIL = /(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;

/** `pwd=x`: below this neither a format nor a name with a value has room. */
const SHORTEST_SECRET = 5;

/** One function out of all rules: first those that know a format or a name, then the user's. */
export function createTextRedactor(options: RedactionOptions, isSecretKey: KeyMatcher): RedactText {
  const { defaultPatterns = true, defaultKeys = true, keys = [], emails = false, patterns = [] } = options;
  const byName = defaultKeys || keys.length > 0 ? NAME_RULES : [];
  // Names of the user's may be anything: their rules run on every text that can name something.
  const always = keys.length > 0 ? byName : [];
  const encoded = encodedRule((text) => redactKnown(text) !== text);
  const scanned = [
    ...(defaultPatterns ? [...FORMAT_RULES, encoded] : []),
    ...(defaultPatterns && defaultKeys ? [NEARBY_NAMES] : []),
    ...(always.length > 0 ? [] : byName),
  ];
  const scan = createLiteralScanner(
    scanned.flatMap((rule) =>
      rule.literals.map((literal) => ({
        literal,
        target: rule,
        ...(rule.ignoreCase && { ignoreCase: true }),
      })),
    ),
    { length: SHORTEST_ENCODED, targets: scanned.filter(({ longRuns }) => longRuns) },
    { length: SHORTEST_GENERATED, targets: scanned.filter(({ digitRuns }) => digitRuns) },
  );
  const names = {
    isSecretKey,
    isWeakKey: createWeakKeyMatcher(options),
    isAllowedKey: createAllowedKeyMatcher(options),
  };
  const own = [...(emails ? [EMAIL] : []), ...patterns.map(fromTheBeginning)];

  function redactKnown(text: string): string {
    const found = scan(text);
    const rules = always.length > 0 && MAY_NAME.test(text) ? [...found, ...always] : found;
    return rules.length === 0 ? text : applyRules(rules, text, names, REDACTED);
  }

  return (text) => {
    if (text.length < SHORTEST_SECRET) return text;
    const result = redactKnown(text);
    return own.reduce((shown, pattern) => shown.replace(pattern, REDACTED), result);
  };
}

const MAY_NAME = /[:=]|--/;

// The user's pattern as it is, but for all matches and from the beginning.
function fromTheBeginning(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, "")}g`);
}
