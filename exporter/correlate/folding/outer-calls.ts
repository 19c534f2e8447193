import type { ReadableSpan } from "../../read/sdk-types.js";
import type { SpanReader } from "../../read/span-reader.js";
import { relateArguments } from "./call-arguments.js";
import type { CallSight } from "./call-sight.js";
import { nestedVerdict } from "./fold-calls.js";
import type { Glances } from "./glances.js";
import { knowledgeOf } from "./merge-layers.js";
import type { OpenCalls } from "./open-calls.js";
import { clash, isSameLayer, sameCall } from "./same-call.js";
import { relateNames } from "./tool-names.js";

/** A span around a call, or open meanwhile, that may be the same call. */
export interface OuterCall {
  readonly span: ReadableSpan;
  /** As far as it can be told while the span is open. */
  readonly verdict: "same" | "doubt";
  readonly place: "nested" | "apart";
}

/** Looks, among spans of which some are still open, for those that may be the same call as one inside or beside them. */
export class OuterCalls {
  readonly #reader: SpanReader;
  readonly #glances: Glances;
  readonly #open: OpenCalls;
  readonly #resolved = new WeakMap<object, string>();

  constructor(reader: SpanReader, glances: Glances, open: OpenCalls) {
    this.#reader = reader;
    this.#glances = glances;
    this.#open = open;
  }

  /** Those around the call, nearest first; ended ones too. */
  around(call: CallSight, ancestors: readonly ReadableSpan[]): readonly OuterCall[] {
    const outers: OuterCall[] = [];
    let runAt = ancestors.length;
    for (let at = 0; at < ancestors.length; at++) {
      const span = ancestors[at];
      if (span === undefined || (call.is === "run" && at > 0)) break;
      const { sight, read } = this.#glances.at(span, () => ancestors.slice(at + 1));
      // It has a name and nothing else: some instrumentations say what a span was only when it ends.
      if (read === undefined && !span.ended && relateNames(span.name, call.name) === "same")
        outers.push({ span, verdict: "doubt", place: "nested" });
      if (read?.reading.is === "run") runAt = Math.min(runAt, at);
      if (sight === undefined) continue;
      const verdict = nestedVerdict({ ...call, runAt }, sight, at);
      if (verdict !== "different") outers.push({ span, verdict, place: "nested" });
    }
    return outers;
  }

  /** Open calls of other layers elsewhere in the process. */
  apart(call: CallSight, span: ReadableSpan, ancestors: readonly ReadableSpan[]): readonly OuterCall[] {
    const outers: OuterCall[] = [];
    if (call.is === "run") return outers;
    for (const outer of this.#open.sameTool(span, call.name)) {
      if (outer === span || ancestors.includes(outer)) continue;
      const { sight } = this.#glances.at(outer, () => this.#open.ancestorsOf(outer));
      if (sight === undefined) continue;
      const verdict = sameCall(call, sight, "apart");
      if (verdict !== "different") outers.push({ span: outer, verdict, place: "apart" });
      else if (mayBecomeSame(call, sight)) outers.push({ span: outer, verdict: "doubt", place: "apart" });
    }
    return outers;
  }

  /** The id of the nearest action around, as far as it can be told while spans are open. */
  parentActionId(ancestors: readonly ReadableSpan[]): string | undefined {
    for (let at = 0; at < ancestors.length; at++) {
      const span = ancestors[at];
      if (span === undefined) break;
      const around = () => ancestors.slice(at + 1);
      const glance = this.#glances.at(span, around);
      if (glance.isAction) return this.actionIdOf(span, around());
    }
    return undefined;
  }

  /** The id of the action that a call's span will be part of, as far as can be told while spans are open. */
  actionIdOf(span: ReadableSpan, ancestors: readonly ReadableSpan[]): string {
    const glance = this.#glances.at(span, () => ancestors);
    const known = this.#resolved.get(glance);
    if (known !== undefined) return known;
    const id = this.#glances.idOf(this.#primaryOf(span, ancestors, glance.sight));
    this.#resolved.set(glance, id);
    return id;
  }

  /** Which of the spans around is the nearest run; as many as there are when none is. */
  runAt(ancestors: readonly ReadableSpan[]): number {
    const at = ancestors.findIndex(
      (span, index) => this.#glances.at(span, () => ancestors.slice(index + 1)).read?.reading.is === "run",
    );
    return at === -1 ? ancestors.length : at;
  }

  // The layers from the inside out; of those that know the same the outermost is the one that counts.
  #primaryOf(
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    sight: CallSight | undefined,
  ): ReadableSpan {
    if (sight === undefined) return span;
    let best = span;
    let isInside = false;
    for (const { span: outer, verdict } of this.around(sight, ancestors)) {
      if (verdict !== "same") continue;
      isInside = true;
      best = this.#betterOf(best, outer);
    }
    return isInside ? best : this.#betterOf(best, this.#onlyApart(sight, span, ancestors));
  }

  // A call elsewhere counts as a layer only when it is the only one; several layers of one are one.
  #onlyApart(
    sight: CallSight,
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
  ): ReadableSpan | undefined {
    const outers = this.apart(sight, span, ancestors);
    if (outers.length === 0) return undefined;
    const chains = outers.map((outer) => ({ ...outer, chain: this.#chainOf(outer.span) }));
    const possible = chains.filter(
      ({ chain }) =>
        !clash(
          [sight],
          chain.map(({ seen }) => seen),
        ),
    );
    const [only] = possible;
    const calls = new Set(possible.map(({ chain }) => chain.at(-1)?.outer));
    if (only?.verdict !== "same" || calls.size !== 1) return undefined;
    return only.chain.map(({ outer }) => outer).reduce((best, outer) => this.#betterOf(best, outer));
  }

  /** An open call and those around it that are the same, from the inside out. */
  #chainOf(span: ReadableSpan): { readonly outer: ReadableSpan; readonly seen: CallSight }[] {
    const ancestors = this.#open.ancestorsOf(span);
    const { sight } = this.#glances.at(span, () => ancestors);
    if (sight === undefined) return [];
    const around = this.around(sight, ancestors).filter(({ verdict }) => verdict === "same");
    return [{ outer: span, seen: sight }].concat(
      around.flatMap(({ span: outer }) => {
        const seen = this.#glances.at(outer, () => this.#open.ancestorsOf(outer)).sight;
        return seen === undefined ? [] : [{ outer, seen }];
      }),
    );
  }

  /** @param outer goes before the inner one where both know the same */
  #betterOf(inner: ReadableSpan, outer: ReadableSpan | undefined): ReadableSpan {
    return outer === undefined || this.#knowledge(outer) < this.#knowledge(inner) ? inner : outer;
  }

  #knowledge(span: ReadableSpan): number {
    const ancestors = this.#open.ancestorsOf(span);
    const { sight } = this.#glances.at(span, () => ancestors);
    return sight === undefined ? 0 : knowledgeOf(sight, this.#reader.knowsAgent(span, ancestors), true);
  }
}

// Some instrumentations write the arguments down only when the call ends.
function mayBecomeSame(call: CallSight, outer: CallSight): boolean {
  if (isSameLayer(call, outer) || relateNames(call.name, outer.name) !== "same") return false;
  if (call.callId !== undefined && outer.callId !== undefined) return false;
  const isKnown = relateArguments(call.parameters, {}) !== "unknown";
  return isKnown && relateArguments(outer.parameters, {}) === "unknown";
}
