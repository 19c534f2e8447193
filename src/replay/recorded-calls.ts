import { createHash } from "node:crypto";
import { Canonicaliser } from "../compare/canonical.js";
import { DEFAULT_NORMALISATION, type Normalisation } from "../compare/normalisation.js";
import { valueDifferences } from "../compare/value-differences.js";
import type { JsonValue } from "../event/json.js";
import { inputOf, type RecordedAction } from "../recorded/recorded-action.js";

/** A call of a tool in a recorded run. */
export interface RecordedCall {
  /** Its number among the calls of the run, in the order of their starts, from 1. */
  readonly number: number;
  readonly action: RecordedAction;
  readonly input: JsonValue;
  /** It was made inside another call, which is given back whole. */
  readonly isInner: boolean;
  /** Whether it has been given back. */
  isTaken: boolean;
}

/** The nearest recorded call of the same tool, and where its arguments are others. */
export interface NearestCall {
  readonly call: RecordedCall;
  readonly path: string;
  readonly recorded: JsonValue | undefined;
  readonly called: JsonValue | undefined;
}

/** Finds recorded calls by tool, arguments and occurrence. */
export class RecordedCalls {
  readonly all: readonly RecordedCall[];
  readonly #canonicaliser: Canonicaliser;
  readonly #byKey = new Map<string, RecordedCall[]>();
  readonly #byTool = new Map<string, RecordedCall[]>();

  constructor(actions: readonly RecordedAction[], normalisation: Normalisation = DEFAULT_NORMALISATION) {
    this.#canonicaliser = new Canonicaliser(normalisation);
    const isInner = innerCheck(actions);
    this.all = actions
      .filter(({ type }) => type === "tool_call")
      .toSorted((one, other) => one.start - other.start)
      .map((action, index) => ({
        number: index + 1,
        action,
        input: inputOf(action) ?? null,
        isInner: isInner(action),
        isTaken: false,
      }));
    for (const call of this.all) {
      add(this.#byKey, this.#key(call.action.name, call.input), call);
      add(this.#byTool, call.action.name, call);
    }
  }

  /**
   * The recorded call that a call is, of those that are left: the first with the same arguments; one with the same call id before others.
   *
   * @returns `undefined` when none is left
   */
  find(tool: string, input: JsonValue, callId: string | undefined): RecordedCall | undefined {
    const left = (calls: readonly RecordedCall[] | undefined) =>
      calls?.filter(({ isTaken }) => !isTaken) ?? [];
    const equal = left(this.#byKey.get(this.#key(tool, input)));
    // Arguments of which something was redacted or trimmed are not equal to those that they were made from.
    const fitting =
      equal.length > 0 ? equal : left(this.#byTool.get(tool)).filter((call) => this.#fits(call.input, input));
    return fitting.find(({ action }) => callId !== undefined && action.callId === callId) ?? fitting[0];
  }

  /** How many calls with these arguments were recorded. */
  recorded(tool: string, input: JsonValue): number {
    return this.#byKey.get(this.#key(tool, input))?.length ?? 0;
  }

  /** Whether arguments are equal without any normalisation, but for the order of keys. */
  isExact(call: RecordedCall, input: JsonValue): boolean {
    return EXACT.write(call.input, "") === EXACT.write(input, "");
  }

  /** Of the calls of the tool, those that are left before others: the one whose arguments differ in the fewest places. */
  nearest(tool: string, input: JsonValue): NearestCall | undefined {
    const calls = this.#byTool.get(tool) ?? [];
    const left = calls.filter(({ isTaken }) => !isTaken);
    let best: { readonly nearest: NearestCall; readonly places: number } | undefined;
    for (const call of (left.length > 0 ? left : calls).slice(0, MAX_COMPARED)) {
      const { differences } = valueDifferences(call.input, input, tool, this.#canonicaliser, LIMITS);
      const [first] = differences;
      const places = differences.length;
      if (best !== undefined && best.places <= places) continue;
      const where = { path: first?.path ?? "$", recorded: first?.a, called: first?.b };
      best = { nearest: { call, ...where }, places };
    }
    return best?.nearest;
  }

  #key(tool: string, input: JsonValue): string {
    return `${tool} ${this.#canonicaliser.write(input, tool)}`;
  }

  #fits(recorded: JsonValue, called: JsonValue | undefined): boolean {
    if (typeof recorded === "string" && typeof called === "string") return this.#textFits(recorded, called);
    // A value under a secret name is redacted whole, whatever it was.
    if (recorded === REDACTED) return called !== undefined;
    if (typeof recorded !== "object" || recorded === null) return recorded === called;
    if (typeof called !== "object" || called === null) return false;
    if (Array.isArray(recorded) !== Array.isArray(called)) return false;
    const [left, right] = [recorded, called] as Readonly<Record<string, JsonValue>>[];
    if (left === undefined || right === undefined) return false;
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => {
      const member = Object.hasOwn(left, key) ? left[key] : undefined;
      return member !== undefined && this.#fits(member, Object.hasOwn(right, key) ? right[key] : undefined);
    });
  }

  #textFits(recorded: string, called: string): boolean {
    const trimmed = TRIMMED.exec(recorded);
    if (trimmed !== null) {
      const sha256 = createHash("sha256").update(called, "utf8").digest("hex");
      return sha256 === trimmed[1] && called.startsWith(recorded.slice(0, trimmed.index));
    }
    const parts = recorded.split(REDACTED);
    if (parts.length === 1) return this.#canonicaliser.text(recorded) === this.#canonicaliser.text(called);
    // The parts between what was redacted have to come in their order, the first and last at the ends.
    const first = parts[0] as string;
    const last = parts.at(-1) as string;
    if (!called.startsWith(first) || !called.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = called.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= called.length - last.length;
  }
}

const REDACTED = "[redacted]";
const TRIMMED = /…\[trimmed: \d+ bytes, sha256 ([0-9a-f]{64})\]$/;
const EXACT = new Canonicaliser({ texts: [], keys: [], paths: [] });
const LIMITS = { maxDifferences: 50, maxLines: 1 };
/** A miss is looked for among so many calls of a tool. */
const MAX_COMPARED = 500;

function add(map: Map<string, RecordedCall[]>, key: string, call: RecordedCall): void {
  const calls = map.get(key);
  if (calls === undefined) map.set(key, [call]);
  else calls.push(call);
}

/** Whether there is a call of a tool around an action. */
function innerCheck(actions: readonly RecordedAction[]): (action: RecordedAction) => boolean {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const bySpan = new Map(
    actions.flatMap((action) => (action.spanId === null ? [] : [[action.spanId, action]])),
  );
  const parentOf = ({ parentId, parentSpanId }: RecordedAction) =>
    (parentId === null ? undefined : byId.get(parentId)) ??
    (parentSpanId === null ? undefined : bySpan.get(parentSpanId));
  return (action) => {
    const seen = new Set([action]);
    for (let at = parentOf(action); at !== undefined && !seen.has(at); at = parentOf(at)) {
      if (at.type === "tool_call") return true;
      seen.add(at);
    }
    return false;
  };
}
