import type { HrTime } from "@opentelemetry/api";
import type { Captured } from "../../read/dialects/common/captured.js";
import { relateArguments } from "../folding/call-arguments.js";
import { millisBetween } from "../folding/same-call.js";
import { relateNames } from "../folding/tool-names.js";
import { BoundedMap } from "./bounded-map.js";

/** A call that a span recorded. */
export interface SeenCall {
  readonly traceId: string;
  readonly callId: string | undefined;
  readonly name: string;
  readonly parameters: Captured;
  readonly start: HrTime;
}

/** A call that a model was told about. */
export interface ToldCall {
  readonly key: string;
  readonly traceId: string;
  readonly callId: string | undefined;
  readonly name: string | undefined;
  readonly parameters: Captured;
  /** When the model that asked for it was asked; absent where that is not known. */
  readonly askedAt: HrTime | undefined;
  /** When a model was told of it. */
  readonly toldAt: HrTime;
}

const MAX_IDS = 10_000;
const MAX_RECENT = 1_000;
/** As many as may be under way when the first model's span ends. In a program whose models nobody records, nobody asks for more. */
const MAX_BEFORE_MODELS = 50;

/** Which calls have a span of their own. */
export class SeenCalls {
  readonly #byId = new BoundedMap<readonly SeenCall[]>(MAX_IDS);
  /** The newest overwrites the oldest. */
  readonly #recent: SeenCall[] = [];
  /** The one call that one of these stands for. */
  readonly #covered = new WeakMap<SeenCall, string>();
  #most = MAX_BEFORE_MODELS;
  #next = 0;

  add(call: SeenCall): void {
    this.#recent[this.#next] = call;
    this.#next = (this.#next + 1) % this.#most;
    if (call.callId === undefined) return;
    const same = this.#byId.get(call.callId) ?? [];
    this.#byId.set(call.callId, [...same.slice(-MAX_SAME_ID), call]);
  }

  /** Somebody will ask: a model's span has ended. */
  expectModels(): void {
    if (this.#most === MAX_RECENT) return;
    this.#recent.splice(0, this.#recent.length, ...this.#newestFirst().reverse());
    this.#next = this.#recent.length;
    this.#most = MAX_RECENT;
  }

  /** Whether a span recorded the call. A span that does not say which call it is stands for one call only. */
  covers(told: ToldCall): boolean {
    const same = told.callId === undefined ? undefined : this.#byId.get(told.callId);
    if (same?.some((call) => call.traceId === told.traceId || isInTime(call, told))) return true;
    const found = this.#newestFirst().find((call) => {
      const covered = this.#covered.get(call);
      return (covered === undefined || covered === told.key) && mayBe(call, told);
    });
    if (found !== undefined) this.#covered.set(found, told.key);
    return found !== undefined;
  }

  #newestFirst(): SeenCall[] {
    return [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)].reverse();
  }
}

/** Where ids are counted up, each run has the same ones. */
const MAX_SAME_ID = 15;

function mayBe(call: SeenCall, told: ToldCall): boolean {
  if ((call.callId !== undefined && told.callId !== undefined) || !isInTime(call, told)) return false;
  const parameters = relateArguments(call.parameters, told.parameters);
  const isNamed = told.name !== undefined && relateNames(call.name, told.name) !== "other";
  if (call.traceId !== told.traceId) return isNamed && parameters === "equal";
  // A failed call may have only the name of a class.
  return isNamed ? parameters !== "other" : parameters === "equal";
}

// A tool may start while the model is still speaking.
const isInTime = ({ start }: SeenCall, { askedAt, toldAt }: ToldCall): boolean =>
  millisBetween(start, toldAt) >= 0 && (askedAt === undefined || millisBetween(askedAt, start) >= 0);
