import type { JsonObject } from "../event/json.js";
import {
  inputOf,
  missingParts,
  outcomeOf,
  type Part,
  type RecordedAction,
  runNameOf,
} from "../recorded/recorded-action.js";
import { byStart, treePlaces } from "../recorded/tree-places.js";
import type { Canonicaliser } from "./canonical.js";
import type { TokenIds } from "./token-ids.js";

/** A run in columns, in the order of its tree: each action before those in it, siblings by their start. The place of an action is its index. */
export interface ComparableRun {
  /** What the run is called in what is shown. */
  readonly label: string;
  readonly actions: readonly RecordedAction[];
  /** Place of the action around each; -1 for none. */
  readonly parents: Int32Array;
  /** Places of the children of each, and, last, of the roots. */
  readonly children: readonly (readonly number[])[];
  /** What was called: type and name; of a run of an agent, which ends as a success or an error, its own name. */
  readonly keys: Int32Array;
  /** What was called, and with which input. */
  readonly calls: Int32Array;
  /** Whether it failed, and what came of it. */
  readonly outcomes: Int32Array;
  /** Actions of which the input, or the outcome, is not whole. */
  readonly missing: Readonly<Record<Part, number>>;
  /** Actions whose details were let go to stay within the budget: they are compared all the same, but their details cannot be shown. */
  readonly withoutDetails: number;
}

/** What runs that are compared with each other share. */
export interface ComparisonTable {
  readonly tokens: TokenIds;
  readonly canonicaliser: Canonicaliser;
}

/** Details that are kept of one run, in characters of their JSON. */
const MAX_KEPT_CHARACTERS = 32_000_000;
const NO_DETAILS: JsonObject = {};

/** Takes actions in any order, keeps of each what comparing needs, and of details only as much as fits the budget. */
export class ComparableRunBuilder {
  readonly #label: string;
  readonly #table: ComparisonTable;
  readonly #entries: Entry[] = [];
  #charactersLeft: number;
  readonly #missing: Record<Part, number> = { input: 0, outcome: 0 };
  #withoutDetails = 0;

  constructor(label: string, table: ComparisonTable, maxCharacters = MAX_KEPT_CHARACTERS) {
    this.#label = label;
    this.#table = table;
    this.#charactersLeft = maxCharacters;
  }

  add(action: RecordedAction): void {
    const { canonicaliser, tokens } = this.#table;
    const input = canonicaliser.write(inputOf(action), action.name);
    const key = tokens.of(keyOf(action, canonicaliser));
    const outcome = canonicaliser.write(outcomeOf(action), action.name);
    for (const part of missingParts(action)) this.#missing[part]++;
    const size = input.length + outcome.length;
    const fits = size <= this.#charactersLeft;
    if (fits) this.#charactersLeft -= size;
    else this.#withoutDetails++;
    this.#entries.push({
      action: fits ? action : { ...action, details: NO_DETAILS },
      key,
      call: tokens.of(`${key} ${tokens.of(input)}`),
      outcome: tokens.of(`${action.failed ? "failed" : "ok"} ${outcome}`),
      place: this.#entries.length,
    });
  }

  finish(): ComparableRun {
    const entries = this.#entries.sort(inOrder);
    const { order, parents } = treePlaces(entries.map(({ action }) => action));
    const count = entries.length;
    const children: number[][] = Array.from({ length: count + 1 }, () => []);
    parents.forEach((parent, place) => {
      children[parent === -1 ? count : parent]?.push(place);
    });
    const actions = Array.from(order, (node) => (entries[node] as Entry).action);
    const column = (name: "key" | "call" | "outcome") =>
      Int32Array.from(order, (node) => (entries[node] as Entry)[name]);
    return {
      label: this.#label,
      actions,
      parents,
      children,
      keys: column("key"),
      calls: column("call"),
      outcomes: column("outcome"),
      missing: this.#missing,
      withoutDetails: this.#withoutDetails,
    };
  }
}

interface Entry {
  readonly action: RecordedAction;
  readonly key: number;
  readonly call: number;
  readonly outcome: number;
  /** In the order in which it was given. */
  readonly place: number;
}

const inOrder = (one: Entry, other: Entry): number =>
  byStart(one.action, other.action) || one.place - other.place;

/** What was called. A run that failed has the name of its error, so that of the run is taken. */
function keyOf(action: RecordedAction, canonicaliser: Canonicaliser): string {
  const run = runNameOf(action);
  return run === undefined
    ? `${action.type} ${canonicaliser.text(action.name)}`
    : `run ${canonicaliser.text(run)}`;
}
