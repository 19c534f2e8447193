import type { ActionEvent } from "../../../src/event/index.js";
import { describeLoss, type RecordSink } from "../../deliver/record-sink.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import type { ReadSpan, SpanReader } from "../../read/span-reader.js";
import { CallsWithoutSpan } from "../requested-calls/calls-without-span.js";
import type { CallSight } from "./call-sight.js";
import { foldCalls } from "./fold-calls.js";
import { type FoldedAction, foldedActions } from "./folded-actions.js";
import { Glances } from "./glances.js";
import { HeldCalls, type HeldLimits, type ReleasedCalls } from "./held-calls.js";
import { OpenCalls } from "./open-calls.js";
import { OuterCalls } from "./outer-calls.js";
import { actionOf, callSightOf, recordedCall } from "./recorded-call.js";

/**
 * Folds the calls of a running program. A call that no open span may have recorded too goes on at once; another one is held until
 * that span has ended, as the event that it was when it ended.
 */
export class LiveCalls {
  readonly #sink: RecordSink;
  readonly #reader: SpanReader;
  readonly #ancestorsOf: (span: ReadableSpan) => readonly ReadableSpan[];
  readonly #open: OpenCalls;
  readonly #outers: OuterCalls;
  readonly #held: HeldCalls;
  readonly #withoutSpan: CallsWithoutSpan | undefined;

  constructor(
    sink: RecordSink,
    options: HeldLimits & { readonly callsWithoutSpan: boolean },
    reader: SpanReader,
    ancestorsOf: (span: ReadableSpan) => readonly ReadableSpan[],
  ) {
    this.#sink = sink;
    this.#reader = reader;
    this.#ancestorsOf = ancestorsOf;
    const glances = new Glances(reader);
    this.#open = new OpenCalls(glances, ancestorsOf);
    this.#outers = new OuterCalls(reader, glances, this.#open);
    this.#held = new HeldCalls(options, (released) => this.#release(released));
    this.#withoutSpan = options.callsWithoutSpan ? new CallsWithoutSpan(reader) : undefined;
    sink.pipeline.onFlush(() => this.#held.releaseAll());
  }

  started(span: ReadableSpan, reference: WeakRef<ReadableSpan>): void {
    this.#open.started(span, reference);
  }

  /** Takes a span that has ended, as it was read. Answers whether the pipeline has custody of its event. */
  take(span: ReadableSpan, ancestors: readonly ReadableSpan[], given: ReadSpan): boolean {
    this.#open.ended(span);
    this.#withoutSpan?.asked(span, given);
    const read = this.#withoutSpan?.completed(span, ancestors, given) ?? given;
    const isTaken = this.#takeAction(span, ancestors, read);
    this.#held.ended(span);
    this.#takeToldCalls(span, ancestors, read);
    return isTaken;
  }

  #takeAction(span: ReadableSpan, ancestors: readonly ReadableSpan[], read: ReadSpan): boolean {
    const event = actionOf(read.transformed);
    // Most calls have nothing around them and nobody beside them: they are not looked at any further.
    const isAlone = ancestors.length === 0 && !this.#held.isAwaited(span) && !this.#open.hasOthers(span);
    if (event === undefined || isAlone) return this.#sink.offer(read.transformed) === "taken";
    this.#nameParent(event, ancestors);
    const sight = callSightOf(span, read);
    return sight === undefined
      ? this.#sink.offer(read.transformed) === "taken"
      : this.#takeCall(span, ancestors, read, event, sight);
  }

  #takeToldCalls(span: ReadableSpan, ancestors: readonly ReadableSpan[], read: ReadSpan): void {
    if (this.#withoutSpan === undefined) return;
    this.#withoutSpan.saw(span, read);
    for (const told of this.#withoutSpan.toldBy(span, ancestors, read)) {
      this.#nameParent(actionOf(told), ancestors);
      this.#sink.offer(told);
    }
  }

  #nameParent(event: ActionEvent | undefined, ancestors: readonly ReadableSpan[]): void {
    if (event === undefined) return;
    const parent = this.#outers.parentActionId(ancestors);
    if (parent !== undefined) event.parent_action_id = parent;
  }

  #takeCall(
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    read: ReadSpan,
    event: ActionEvent,
    sight: CallSight,
  ): boolean {
    const around = this.#outers.around(sight, ancestors);
    const outers = around.filter((outer) => !outer.span.ended);
    if (!around.some(({ verdict }) => verdict === "same"))
      outers.push(...this.#outers.apart(sight, span, ancestors));
    if (outers.length === 0 && !this.#held.isAwaited(span)) {
      const gone = around[0]?.span;
      if (gone !== undefined) event.possible_duplicate_of = this.#idOf(gone);
      return this.#sink.offer(read.transformed) === "taken";
    }
    const bytes = this.#sink.serialize("action", event).value.length;
    if (!this.#sink.pipeline.hold(bytes)) return false;
    const runAt = this.#outers.runAt(ancestors);
    const call = recordedCall(sight, event, span, ancestors, runAt, this.#reader);
    this.#held.hold(span, { call, bytes, outers });
    return true;
  }

  #release({ held, stillOpen }: ReleasedCalls): void {
    const bytesOf = new Map(held.map(({ call, bytes }) => [call, bytes]));
    let left = held.length;
    let leftBytes = held.reduce((sum, { bytes }) => sum + bytes, 0);
    try {
      for (const action of foldedActions(foldCalls(held.map(({ call }) => call)))) {
        this.#linkToOpen(action, held, stillOpen);
        const layers = [action.primary, ...action.folded];
        const bytes = layers.reduce((sum, layer) => sum + (bytesOf.get(layer) ?? 0), 0);
        const record = this.#sink.serialize("action", action.event);
        this.#sink.pipeline.release(record, layers.length, bytes);
        left -= layers.length;
        leftBytes -= bytes;
      }
    } catch (error) {
      this.#sink.pipeline.dropHeld(left, leftBytes, describeLoss(error));
    }
  }

  // The call did not wait for the end of a span that may be the same, so both are rows: the id of the other is known before it ends.
  #linkToOpen(
    { event, primary, folded }: FoldedAction,
    held: ReleasedCalls["held"],
    stillOpen: ReadonlySet<ReadableSpan>,
  ): void {
    if (event.possible_duplicate_of !== undefined || stillOpen.size === 0) return;
    const layers = new Set([primary, ...folded]);
    const outers = held.flatMap(({ call, outers }) => (layers.has(call) ? outers : []));
    const open = outers.find(({ span }) => stillOpen.has(span));
    if (open !== undefined) event.possible_duplicate_of = this.#idOf(open.span);
  }

  #idOf(span: ReadableSpan): string {
    return this.#outers.actionIdOf(span, this.#ancestorsOf(span));
  }
}
