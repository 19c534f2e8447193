import type { FieldSpec } from "./field.js";
import { isPlainObject } from "./json.js";
import { readField } from "./read-field.js";
import { sanitizeJson } from "./sanitize.js";

/** The fields of one kind in the shape that reading a record wants: by the name on the wire, aliases included. */
export interface Reader {
  readonly fields: ReadonlyMap<string, { readonly name: string; readonly spec: FieldSpec }>;
  readonly required: readonly string[];
}

export function readerOf(table: Readonly<Record<string, FieldSpec>>): Reader {
  const fields = new Map<string, { name: string; spec: FieldSpec }>();
  for (const [name, spec] of Object.entries(table)) {
    fields.set(name, { name, spec });
    if (spec.alias !== undefined) fields.set(spec.alias, { name, spec });
  }
  return {
    fields,
    required: [...fields.values()].filter(({ spec }) => spec.required).map(({ name }) => name),
  };
}

/** A record on its way from JSON to what PostgreSQL takes. Total: it never throws. */
export class Draft {
  readonly event: Record<string, unknown> = {};
  readonly extra: Record<string, unknown> = {};
  readonly reasons: string[] = [];
  readonly repairs: string[] = [];
  verbatim = true;
  readonly #reader: Reader;

  private constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Reads any JSON value by the fields that its kind has. */
  static of(reader: Reader, value: unknown): Draft {
    const draft = new Draft(reader);
    if (!isPlainObject(value)) {
      draft.reasons.push("the value is not a JSON object");
      return draft;
    }
    const { value: clean, changed } = sanitizeJson(value);
    if (changed) draft.#markSanitized();
    draft.#readAll(clean as Record<string, unknown>);
    return draft;
  }

  #markSanitized(): void {
    this.verbatim = false;
    this.repairs.push("NUL characters, lone surrogates, depth or numbers: replaced");
  }

  // Walks what came, not what is known: most fields of most events are absent. Where a name and its alias are both there,
  // the name wins and the other is kept.
  #readAll(value: Record<string, unknown>): void {
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const field = this.#reader.fields.get(key);
      if (field === undefined) this.#keep(key, value[key]);
      else if (key !== field.name && (value[field.name] ?? null) !== null) this.#keep(key, value[key]);
      else this.#read(key, field.name, field.spec, value[key]);
    }
    for (const name of this.#reader.required) {
      if (this.event[name] === undefined && !this.reasons.some((reason) => reason.startsWith(`${name} `)))
        this.reasons.push(`${name} is missing`);
    }
  }

  #read(key: string, name: string, spec: FieldSpec, value: unknown): void {
    if (value === null || value === undefined || (spec.required && isBlank(value))) return;
    // What most fields of most events are, without an object for the outcome.
    if (spec.type === "text" && typeof value === "string" && fits(value, spec.maxBytes)) {
      this.event[name] = value;
      return;
    }
    const reading = readField(spec, value);
    if (reading.outcome === "aside" || (reading.outcome === "wrong" && spec.lenient)) this.#keep(key, value);
    else if (reading.outcome === "wrong") this.reasons.push(`${name} ${reading.reason}`);
    else {
      this.event[name] = reading.value;
      if (reading.outcome === "ok") return;
      this.repairs.push(`${name}: ${reading.how}`);
      if (reading.keep) this.#keep(name, value);
      if (typeof reading.value === "object") this.verbatim = false;
    }
  }

  // A key `__proto__` has to become a property, not the prototype.
  #keep(key: string, value: unknown): void {
    if (key === "__proto__")
      Object.defineProperty(this.extra, key, { value, enumerable: true, configurable: true, writable: true });
    else this.extra[key] = value;
  }
}

// A UTF-16 unit has at most three bytes in UTF-8.
const fits = (text: string, maxBytes: number | undefined): boolean =>
  maxBytes === undefined || text.length * 3 <= maxBytes;

const isBlank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";
