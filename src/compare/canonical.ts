import type { JsonObject, JsonValue } from "../event/json.js";
import { DEFAULT_NORMALISATION, type Normalisation, pathFits, pathSteps } from "./normalisation.js";

/** Stands for a value that is left out. */
const IGNORED = '"<ignored>"';

/** Texts that are remembered with what became of them: names, paths and commands come again and again. */
const MAX_REMEMBERED = 5_000;
const MAX_REMEMBERED_LENGTH = 200;

/** Writes values so that those which mean the same are the same text. */
export class Canonicaliser {
  readonly normalisation: Normalisation;
  readonly #texts: readonly { readonly expression: RegExp; readonly replacement: string }[];
  /** All of the built-in patterns need a digit or the separator of a path; those of users may not. */
  readonly #needsDigits: boolean;
  readonly #keys: ReadonlySet<string>;
  readonly #keyNames = new Map<string, boolean>();
  readonly #paths: readonly { readonly tool: string; readonly steps: readonly string[] }[];
  readonly #remembered = new Map<string, string>();

  constructor(normalisation: Normalisation) {
    this.normalisation = normalisation;
    this.#texts = normalisation.texts.map(({ pattern, replacement }) => ({
      expression: new RegExp(pattern, "gi"),
      replacement,
    }));
    this.#needsDigits = normalisation.texts === DEFAULT_NORMALISATION.texts;
    this.#keys = new Set(normalisation.keys.map(plainName));
    this.#paths = normalisation.paths.map(({ tool, path }) => ({ tool, steps: pathSteps(path) }));
  }

  /**
   * The canonical JSON of a value: keys in order, and without what the normalisation takes out.
   *
   * @param tool whose value it is, for paths that are left out of some tools only
   * @param steps which lead to the value, where it is a part of another one
   */
  write(value: JsonValue | undefined, tool: string, steps: readonly string[] = []): string {
    const name = steps.at(-1);
    if (name !== undefined && this.#isIgnoredKey(name)) return IGNORED;
    const paths = this.#paths
      .filter((path) => path.tool === "*" || path.tool === tool)
      .map(({ steps }) => steps);
    return this.#write(value ?? null, paths, paths.length === 0 ? undefined : [...steps]);
  }

  /** Whether a canonical text stands for a value that is left out. */
  isIgnored(written: string): boolean {
    return written === IGNORED;
  }

  /** A text without what the normalisation takes out. */
  text(text: string): string {
    if (this.#texts.length === 0 || (this.#needsDigits && !MAY_VARY.test(text))) return text;
    const isShort = text.length <= MAX_REMEMBERED_LENGTH;
    const known = isShort ? this.#remembered.get(text) : undefined;
    if (known !== undefined) return known;
    let result = text;
    for (const { expression, replacement } of this.#texts) result = result.replace(expression, replacement);
    if (isShort) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(text, result);
    }
    return result;
  }

  #write(value: JsonValue, paths: readonly (readonly string[])[], steps: string[] | undefined): string {
    if (steps !== undefined && paths.some((path) => pathFits(path, steps))) return IGNORED;
    if (typeof value === "string") return JSON.stringify(this.text(value));
    if (typeof value === "number") return this.#number(value);
    if (typeof value !== "object" || value === null) return String(value);
    if (Array.isArray(value)) {
      const items = value as readonly JsonValue[];
      return `[${items.map((item, index) => this.#within(String(index), item, paths, steps)).join()}]`;
    }
    const members = value as JsonObject;
    const written = Object.keys(members)
      .sort()
      .map((key) => {
        const name = JSON.stringify(this.text(key));
        if (this.#isIgnoredKey(key)) return `${name}:${IGNORED}`;
        return `${name}:${this.#within(key, members[key] ?? null, paths, steps)}`;
      });
    return `{${written.join()}}`;
  }

  #within(
    key: string,
    value: JsonValue,
    paths: readonly (readonly string[])[],
    steps: string[] | undefined,
  ): string {
    if (steps === undefined) return this.#write(value, paths, undefined);
    steps.push(key);
    const written = this.#write(value, paths, steps);
    steps.pop();
    return written;
  }

  // Unix milliseconds are numbers as often as texts.
  #number(value: number): string {
    const text = String(value);
    if (text.length !== 13) return text;
    const normal = this.text(text);
    return normal === text ? text : JSON.stringify(normal);
  }

  #isIgnoredKey(key: string): boolean {
    if (this.#keys.size === 0) return false;
    let ignored = this.#keyNames.get(key);
    if (ignored === undefined) {
      ignored = this.#keys.has(plainName(key));
      if (this.#keyNames.size < MAX_REMEMBERED) this.#keyNames.set(key, ignored);
    }
    return ignored;
  }
}

const MAY_VARY = /[0-9/\\]/;

/** `request_id`, `Request-Id` and `requestId` are one name. */
const plainName = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, "");
