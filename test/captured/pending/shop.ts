import { type Capture, called, failed, type Row, type Told } from "../capture.js";

/**
 * A capture whose rows are not right yet: it is scored (`npx tsx scripts/score-dialects.ts --pending`) and not in the suite. When its rows
 * are right, its module goes to `test/captured`, and its file out of `test/fixtures/spans/pending`.
 *
 * The file is mapped as a program would send it, with the calls that only the models were told of: the row of a call without a span
 * of its own has the id `call:<id of the call>`.
 */
export interface PendingCapture extends Capture {
  /** What made the spans, for people: `CrewAI, OpenInference`. */
  readonly title: string;
  /** What the program did and of which nothing is in the file. */
  readonly lost?: readonly string[];
}

/** What the shop of test/capture/shop_app.py does, as rows: an agent and its session, for all that it does. */
export class Clerk {
  readonly #agent: string;
  readonly #told: Partial<Told>;

  /** @param told what all its rows have: a session, fields that are unknown */
  constructor(agent: string, told: Partial<Told> = {}) {
    this.#agent = agent;
    this.#told = told;
  }

  /** What all its rows have. */
  get told(): Pick<Told, "agent"> & Partial<Told> {
    return { agent: this.#agent, ...this.#told };
  }

  /** A tool that gave something. */
  called(
    id: string,
    name: string,
    call: string | undefined,
    io: readonly [unknown, unknown],
    more: Partial<Told> = {},
  ): Row {
    return [id, "tool_call", name, this.#row(call, called(...io), more)];
  }

  /** A tool that failed; a message of `undefined` is in no place of the file. */
  failed(
    id: string,
    name: string,
    call: string | undefined,
    parameters: unknown,
    error: readonly [type: string, message: string | undefined],
    more: Partial<Told> = {},
  ): Row {
    return [id, "tool_call", name, { error, ...this.#row(call, failed(parameters, error[1]), more) }];
  }

  /** A run that went well, by the name of the agent. */
  ran(id: string, details: object = {}, more: Partial<Told> = {}): Row {
    return [id, "success", this.#agent, this.#row(undefined, { ...details }, more)];
  }

  /** A run, or whatever `context` says it was, that failed. */
  broke(
    id: string,
    error: readonly [type: string, message: string | undefined],
    context: object = { run: this.#agent },
    more: Partial<Told> = {},
  ): Row {
    const [error_type, error_message] = error;
    const details = {
      error_type,
      ...(error_message !== undefined && { error_message }),
      error_context: context,
    };
    return [id, "error", error_type, { error, ...this.#row(undefined, details, more) }];
  }

  /** A run or a call that was cut off, of which the file does not say why. */
  cut(id: string, context: object = { run: this.#agent }, more: Partial<Told> = {}): Row {
    const unknown = [...SILENT, ...(more.unknown ?? [])];
    return this.broke(id, ["Error", undefined], context, { ...more, unknown });
  }

  decided(
    id: string,
    name: string,
    call: string | undefined,
    [type, context, result]: readonly [type: string, context: unknown, result: unknown],
    more: Partial<Told> = {},
  ): Row {
    const details = { decision_type: type, decision_context: context, decision_result: result };
    return [id, "decision", name, this.#row(call, details, more)];
  }

  #row(
    call: string | undefined,
    details: Told["details"],
    { details: extras, unknown = [], ...more }: Partial<Told>,
  ): Told {
    const all = [...(this.#told.unknown ?? []), ...unknown].filter(
      (field) => field !== "call" || call === undefined,
    );
    return {
      agent: this.#agent,
      ...this.#told,
      ...(call !== undefined && { call }),
      ...more,
      details: { ...details, ...extras },
      ...(all.length > 0 && { unknown: all }),
    };
  }
}

const SILENT = ["name", "error", "error_type", "error_message"];

export const PARIS = [{ city: "Paris" }, { city: "Paris", tempC: 21 }] as const;
export const ROME = [{ city: "Rome" }, { city: "Rome", tempC: 21 }] as const;
export const LIMA = [{ city: "Lima" }, { city: "Lima", tempC: 21 }] as const;
export const BONN = [{ city: "Bonn" }, { city: "Bonn", tempC: 21 }] as const;
export const TRIP = [{ city: "Lima" }, { city: "Lima", weather: { city: "Lima", tempC: 21 } }] as const;
export const LOOKUP = [{ key: "k1" }, "value of k1"] as const;
export const DECLINED = ["ValueError", "card declined: 4000"] as const;

/** Which span is which of the calls of `support`. */
export interface ShopSpans {
  readonly paris?: string;
  readonly rome?: readonly [string, string];
  readonly charge?: string;
  readonly refund?: string;
  readonly unknown?: string;
  readonly args?: string;
  readonly trip?: string;
  /** The call of a tool inside of `plan_trip`, where the framework knows of it. */
  readonly lima?: string;
}

/** How the file tells of them. */
export interface ShopWords {
  /**
   * Where the ids of calls are: on the spans; in what the model asked for, so that two equal calls cannot be told apart; nowhere.
   */
  readonly ids: "on spans" | "at the model" | "nowhere";
  readonly declined?: readonly [type: string, message: string];
  readonly unfit?: readonly [type: string, message: string];
  readonly missing?: readonly [type: string, message: string];
  /** For every row; `details` are added to those of each. */
  readonly more?: Partial<Told>;
  readonly chargeMore?: Partial<Told>;
  readonly unfitMore?: Partial<Told>;
}

/** A refund that failed said so in its result, which stays what it was. */
export const REFUSED = { success: false, error: "no such order" };

/** The calls of `support`, as far as they have spans (or calls that only a model was told of). */
export function shopCalls(support: Clerk, spans: ShopSpans, words: ShopWords): Row[] {
  const { declined = DECLINED, unfit, missing, more = {}, ids } = words;
  const id = (call: string) => (ids === "nowhere" ? undefined : call);
  const twin = (call: string) => (ids === "on spans" ? call : undefined);
  const silent = (call: string | undefined) =>
    call === undefined ? { ...more, unknown: [...(more.unknown ?? []), "call"] } : more;
  const rows: Row[] = [];
  const { paris, rome, charge, refund, unknown, args, trip, lima } = spans;
  if (paris)
    rows.push(support.called(paris, "get_weather", id("call_paris"), PARIS, silent(id("call_paris"))));
  for (const [at, span] of (rome ?? []).entries())
    rows.push(support.called(span, "get_weather", twin(`call_rome_${at + 1}`), ROME, silent(twin("x"))));
  if (charge)
    rows.push(
      support.failed(
        charge,
        "charge",
        id("call_charge"),
        { amount: 3 },
        declined,
        merged(silent(id("call_charge")), words.chargeMore),
      ),
    );
  if (refund)
    rows.push(
      support.failed(refund, "refund", id("call_refund"), { order: 9 }, ["tool_error", "no such order"], {
        ...silent(id("call_refund")),
        details: { ...more.details, tool_result: REFUSED },
      }),
    );
  if (unknown && missing)
    rows.push(
      support.failed(
        unknown,
        "no_such_tool",
        id("call_unknown"),
        { x: 1 },
        missing,
        unknown.startsWith("call:") ? WITHOUT_SPAN : silent(id("call_unknown")),
      ),
    );
  if (args && unfit)
    rows.push(
      support.failed(
        args,
        "get_weather",
        id("call_args"),
        { town: "Oslo" },
        unfit,
        args.startsWith("call:") ? WITHOUT_SPAN : merged(silent(id("call_args")), words.unfitMore),
      ),
    );
  if (trip) rows.push(support.called(trip, "plan_trip", id("call_trip"), TRIP, silent(id("call_trip"))));
  // No model asked for it, so that there is no id of a call.
  if (lima) rows.push(support.called(lima, "get_weather", undefined, LIMA, more));
  return rows;
}

/** A call that has no span of its own, and stands in what the model was told. */
export const WITHOUT_SPAN: Partial<Told> = { details: { without_span: true } };

function merged(one: Partial<Told>, other: Partial<Told> = {}): Partial<Told> {
  const unknown = [...(one.unknown ?? []), ...(other.unknown ?? [])];
  return {
    ...one,
    ...other,
    details: { ...one.details, ...other.details },
    ...(unknown.length > 0 && { unknown }),
  };
}

/** A denied approval. */
export const denied = (context: unknown, reason: string | null) =>
  ["approval", context, { approved: false, reason }] as const;

export const handedOver = (context: unknown) => ["handoff", context, { to_agent: "billing" }] as const;
