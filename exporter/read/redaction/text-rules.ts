import { ASSIGNMENT_RULES } from "./assignments.js";
import { CREDENTIAL_HINT, CREDENTIAL_RULES, EMAIL_RULE } from "./credential-patterns.js";
import { JSON_MEMBERS_RULE } from "./json-members.js";
import { REDACTED, type RedactionOptions, type TextRule } from "./redaction-options.js";
import type { KeyMatcher } from "./secret-keys.js";

/** Longer texts are cut before they are searched: the agent waits for it. */
export const MAX_SEARCHED_LENGTH = 2_000_000;

/** The text without what the rules hide; the same string when they hide nothing. */
export type RedactText = (text: string) => string;

/** One function out of the ordered rules: those that know a format first, then those that go by names, then the user's. */
export function createTextRedactor(options: RedactionOptions, isSecretKey: KeyMatcher): RedactText {
  const { defaultPatterns = true, defaultKeys = true, keys = [], emails = false, patterns = [] } = options;
  const formats = defaultPatterns ? CREDENTIAL_RULES : [];
  const byName = defaultKeys || keys.length > 0 ? [JSON_MEMBERS_RULE, ...ASSIGNMENT_RULES] : [];
  const others = [...(emails ? [EMAIL_RULE] : []), ...patterns.map(ruleOf)];
  const mayNameSecret = keys.length > 0 ? () => true : (text: string) => NAME_HINT.test(text);

  return (text) => {
    if (text.length < SHORTEST_SECRET) return text;
    let result = text;
    if (formats.length > 0 && CREDENTIAL_HINT.test(result)) result = applied(formats, result, isSecretKey);
    if (byName.length > 0 && MAY_ASSIGN.test(result) && mayNameSecret(result))
      result = applied(byName, result, isSecretKey);
    return others.length > 0 ? applied(others, result, isSecretKey) : result;
  };
}

/** `pwd=x`: below this neither a format nor a name with a value has room. */
const SHORTEST_SECRET = 5;

const MAY_ASSIGN = /[:=]|--/;

/** A piece of every name that is hidden by default. */
const NAME_HINT = /auth|cookie|pass|pwd|secret|token|jwt|bearer|cred|key|connection|sig/i;

function applied(rules: readonly TextRule[], text: string, isSecretKey: KeyMatcher): string {
  let result = text;
  for (const { condition, action } of rules) if (condition(result)) result = action(result, isSecretKey);
  return result;
}

// The user's pattern as it is, but for all matches and from the beginning.
function ruleOf(pattern: RegExp, index: number): TextRule {
  const global = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, "")}g`);
  return {
    name: `pattern ${index}`,
    condition: () => true,
    action: (text) => text.replace(global, REDACTED),
  };
}
