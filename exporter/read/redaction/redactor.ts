/**
 * The last gate before Kafka. Nothing that a rule hides passes it, at any depth of any event of any dialect:
 *
 * - A value under a secret name is hidden whole. `null`, booleans and empty texts say nothing, and stay.
 * - In every other text, credentials of known formats and values that are assigned to a secret name are hidden.
 * - What cannot be judged (a user's function that throws) is hidden too, never let through.
 * - What identifies the event (ids, times) is not looked at. It stays, so that retries stay one row.
 *
 * The event is not changed: what nothing is hidden in is shared with the result, the rest is copied.
 */
import { isPlainObject } from "../../../src/event/json.js";
import { plainJson } from "../../../src/internal/plain-json.js";
import { cutOf } from "../cut-text.js";
import { isCommand } from "./formats/shell.js";
import { isGivenTo, isWorkingDirectory } from "./plausible-secret.js";
import { redactedBeginning, SEARCHED_BEHIND } from "./redacted-beginning.js";
import { type Leaf, REDACTED, REDACTION_FAILED, type RedactionOptions } from "./redaction-options.js";
import { createKeyMatcher, createWeakKeyMatcher, type KeyMatcher } from "./secret-keys.js";
import { createTextRedactor, MAX_SEARCHED_LENGTH, type RedactText } from "./text-rules.js";

export type Redactor = <Event extends object>(event: Event) => Event;

/** Redacts anything whatsoever: it is first copied into plain JSON, so that no getter can return two things. Never throws. */
export function createRedactor(options: RedactionOptions = {}): Redactor {
  const redact = createPlainRedactor(options);
  return <Event extends object>(event: Event) => {
    const plain = plainJson(event);
    return redact(isPlainObject(plain) ? plain : { value: plain }) as Event;
  };
}

/**
 * The same without the copy, for an event that is known to be plain JSON and nobody else's. Never throws.
 *
 * @param maxSearchedLength longer texts are cut before they are searched
 */
export function createPlainRedactor(
  options: RedactionOptions = {},
  maxSearchedLength = MAX_SEARCHED_LENGTH,
): Redactor {
  const walk = new RedactionWalk(options, maxSearchedLength);
  return <Event extends object>(event: Event) => walk.event(event) as Event;
}

/** Members of an event that are ours, and are no content. */
const IDENTITY = [
  "id",
  "correlation_id",
  "trace_id",
  "span_id",
  "parent_span_id",
  "timestamp",
  "started_at",
  "ended_at",
  "completed_at",
  "call_key",
  "parent_call_key",
  "action_type",
  "status",
  "source",
  "producer",
  "schema_version",
];

/** What serialising can still take: deeper levels would not reach the row. */
const MAX_DEPTH = 200;

/** A longer list is no command. */
const MAX_ARGUMENTS = 256;

class RedactionWalk {
  readonly #isSecretKey: KeyMatcher;
  readonly #redactText: RedactText;
  readonly #isWeakKey: KeyMatcher;
  readonly #ownRule: ((leaf: Leaf) => unknown) | undefined;
  /** Names of members that hide nothing whatever their value: one look for the most of them. */
  readonly #harmless = new Set<string>();
  /** The same of an event's own members; `identity` is not looked at at all. */
  readonly #own = new Map<string, "identity" | "harmless">(IDENTITY.map((name) => [name, "identity"]));
  /** Values of fields in which nothing is hidden. */
  readonly #fields = new Set<string>();

  readonly #maxSearchedLength: number;

  constructor(options: RedactionOptions, maxSearchedLength: number) {
    this.#maxSearchedLength = maxSearchedLength;
    this.#isSecretKey = createKeyMatcher(options);
    this.#redactText = createTextRedactor(options, this.#isSecretKey);
    this.#isWeakKey = createWeakKeyMatcher(options);
    this.#ownRule = options.redact;
  }

  event(event: object): object {
    const members = event as Readonly<Record<string, unknown>>;
    return mapMembers(members, this.#ownMember);
  }

  readonly #ownMember = (name: string, value: unknown): unknown => {
    const known = this.#own.get(name);
    if (known === "identity") return value;
    if (known === undefined) {
      // A field that is no text has to keep its type, or the event would not keep the contract: it is left out.
      if (this.#isSecretFor(name, value)) return typeof value === "string" ? hidden(value) : undefined;
      if (this.#harmless.has(name)) this.#own.set(name, "harmless");
    }
    if (typeof value === "string") return this.#field(name, value);
    return isContainer(value) ? this.#within(name, value, []) : value;
  };

  /** Names of agents, tools and projects, and folders: the same texts event after event, so those that hide nothing are remembered. */
  #field(name: string, value: string): unknown {
    if (this.#ownRule !== undefined || value.length > MAX_REMEMBERED_LENGTH)
      return this.#within(name, value, []);
    if (this.#fields.has(value)) return value;
    const safe = this.#leaf(value, []);
    if (safe !== value) return safe;
    if (this.#fields.size >= MAX_REMEMBERED) this.#fields.clear();
    this.#fields.add(value);
    return value;
  }

  #value(value: unknown, path: Path): unknown {
    if (typeof value === "string") return this.#leaf(value, path);
    if (typeof value === "number" || typeof value === "boolean")
      return this.#ownRule === undefined ? value : this.#leaf(value, path);
    if (!isContainer(value)) return value;
    if (path.length >= MAX_DEPTH) return "[nested too deep]";
    return Array.isArray(value) ? this.#items(value, path) : this.#members(value, path);
  }

  #members(object: object, path: Path): object {
    const members = object as Readonly<Record<string, unknown>>;
    const safe = mapMembers(members, (name, value) =>
      this.#isSecretMember(members, name) ? hidden(value) : this.#within(name, value, path),
    );
    for (const name of Object.keys(safe)) if (this.#safeName(name) !== name) return this.#renamed(safe);
    return safe;
  }

  // Some programs keep credentials as names: a map from token to user.
  #renamed(members: object): object {
    return Object.fromEntries(Object.entries(members).map(([name, value]) => [this.#safeName(name), value]));
  }

  #safeName(name: string): string {
    return name.length < SHORTEST_CREDENTIAL ? name : this.#redactText(name);
  }

  // Headers and forms come as lists of {name, value} too.
  #isSecretMember(members: Readonly<Record<string, unknown>>, name: string): boolean {
    if (name !== "value" && name !== "text") return this.#isSecretFor(name, members[name]);
    // What is typed into a field of a page, by tools of browsers: {element: "Password field", text: "x"}.
    const labels = [
      ...(name === "value" ? [members.name, members.key] : []),
      ...FIELD_LABELS.map((label) => members[label]),
    ];
    return labels.some((label) => typeof label === "string" && this.#isSecretFor(label, members[name]));
  }

  #isSecretFor(name: string, value: unknown): boolean {
    if (this.#harmless.has(name)) return false;
    const isSecret = this.#isSecretKey(name);
    const isWeak = this.#isWeakKey(name);
    if (!isSecret && !isWeak && this.#harmless.size < MAX_HARMLESS && name.length <= MAX_HARMLESS_LENGTH)
      this.#harmless.add(name);
    if (isSecret) return typeof value !== "string" || !isWorkingDirectory(name, value);
    return isWeak && typeof value === "string" && isGivenTo(name, value);
  }

  #items(items: readonly unknown[], path: Path): readonly unknown[] {
    const safeArguments = this.#safeArguments(items);
    let copy: unknown[] | undefined = safeArguments === items ? undefined : [...safeArguments];
    for (let index = 0; index < items.length; index++) {
      const item = safeArguments[index];
      const safe = this.#isSecretFlag(items[index - 1]) ? hidden(item) : this.#within(index, item, path);
      if (safe === item) continue;
      copy ??= items.slice();
      copy[index] = safe;
    }
    return copy ?? items;
  }

  // The arguments of a program that takes a password in its own way, ["mysql", "-psecret"], are read as one line.
  #safeArguments(items: readonly unknown[]): readonly unknown[] {
    if (items.length > MAX_ARGUMENTS || !isCommand(items[0])) return items;
    if (!items.every((item) => typeof item === "string" && !/[\t\r\n]/.test(item))) return items;
    const safe = this.#text(items.join("\t")).split("\t");
    return safe.length === items.length ? safe : items;
  }

  // A command's arguments: ["--password", "x"].
  #isSecretFlag(item: unknown): boolean {
    return (
      typeof item === "string" && item.startsWith("--") && !item.includes("=") && this.#isSecretKey(item)
    );
  }

  #within(name: string | number, value: unknown, path: Path): unknown {
    // Only the user's function is told where a text stands; the usual one is read without it.
    if (typeof value === "string" && this.#ownRule === undefined) return this.#leaf(value, path);
    path.push(name);
    const safe = this.#value(value, path);
    path.pop();
    return safe;
  }

  #leaf(value: string | number | boolean, path: Path): unknown {
    try {
      const judged = this.#ownRule === undefined ? value : resultOf(this.#ownRule, value, path);
      return typeof judged === "string" ? this.#text(judged) : judged;
    } catch {
      return REDACTION_FAILED;
    }
  }

  #text(text: string): string {
    if (text.length <= this.#maxSearchedLength) return this.#redactText(text);
    const { length, marker } = cutOf(text, this.#maxSearchedLength / 2);
    const safe = this.#redactText(text.slice(0, length + SEARCHED_BEHIND));
    return `${redactedBeginning(safe, length, text.length)}${marker}`;
  }
}

const FIELD_LABELS = ["element", "selector", "label", "field", "placeholder"];

type Path = (string | number)[];

const MAX_REMEMBERED = 200;
const MAX_REMEMBERED_LENGTH = 200;

const MAX_HARMLESS = 1_000;
const MAX_HARMLESS_LENGTH = 64;

/** Ids of AWS have 20 characters, all other formats more. */
const SHORTEST_CREDENTIAL = 20;

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

// The same object when nothing changed. `Object.fromEntries` defines properties, so a key `__proto__` stays a key.
function mapMembers(
  members: Readonly<Record<string, unknown>>,
  map: (name: string, value: unknown) => unknown,
): object {
  let copy: [string, unknown][] | undefined;
  const names = Object.keys(members);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = members[name];
    const mapped = map(name, value);
    if (mapped === value) continue;
    copy ??= Object.entries(members);
    copy[index] = [name, mapped];
  }
  return copy === undefined ? members : Object.fromEntries(copy);
}

function hidden(value: unknown): unknown {
  return value === null || value === undefined || value === "" || typeof value === "boolean"
    ? value
    : REDACTED;
}

// Only what JSON says as it is counts as a result: an object would go past the rules.
function resultOf(rule: (leaf: Leaf) => unknown, value: Leaf["value"], path: Path): unknown {
  const result = rule({ value, path: [...path] });
  if (result === undefined) return REDACTED;
  const isLeaf = typeof result === "string" || typeof result === "number" || typeof result === "boolean";
  return isLeaf || result === null ? result : REDACTION_FAILED;
}
