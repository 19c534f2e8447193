import {
  type LargeMember,
  NOT_KEPT_SUFFIX,
  type NotKeptReason,
  WHOLE_SUFFIX,
} from "../../src/event/large-result.js";
import { trimMarker } from "../../src/event/limits.js";
import { type LargeText, largeTextsOf, withContents } from "../read/large-text.js";
import type { Destination } from "./keep-messages.js";
import type { KeptContent, LargeResultKeeper } from "./large-result-keeper.js";

type Texts = ReadonlyMap<LargeMember, LargeText>;

/** JSON texts, in UTF-8, of members of `action_details`. */
export type WrittenContents = ReadonlyMap<LargeMember, Uint8Array>;

/** Called once, with the event and what of it is written already. */
export type Finished = (event: object, written: WrittenContents) => void;

/** An event with contents that a thread of its own redacts, and that have a place among those that wait. */
export interface UnkeptEvent {
  /** As it is if nothing becomes of that. */
  readonly event: object;
  /** Characters that are in memory for it beside the event. */
  readonly length: number;
  /** Has them redacted, and written where they are kept whole. @param done must not throw */
  keep(done: Finished): void;
}

export interface ContentPlaces {
  /** Contents of more characters become files; `undefined`: none does. */
  readonly fileAbove: number | undefined;
  readonly maxRecordBytes: number;
}

/** What an event needs beside its contents. */
const ROOM_BESIDE = 50_000;
const LEAST_ROOM = 4_096;

/**
 * Splits an event into what can be sent at once, and what has to be redacted and written first.
 *
 * @returns the event alone where nothing of it is large, or there is no room
 */
export function unkept(
  event: object,
  keeper: LargeResultKeeper,
  places: ContentPlaces,
): UnkeptEvent | object {
  const texts = largeTextsOf(event);
  if (texts === undefined) return event;
  const room = Math.max(Math.floor((places.maxRecordBytes - ROOM_BESIDE) / texts.size), LEAST_ROOM);
  const { fileAbove = Number.POSITIVE_INFINITY } = places;
  const to = ({ text }: LargeText): Destination => (text.length > fileAbove ? "file" : { room });
  const taken = new Map<LargeMember, LargeText>();
  const refused = new Map<LargeMember, LargeText>();
  let length = 0;
  for (const [member, text] of texts) {
    const fits = keeper.takes(length + text.text.length, to(text));
    if (fits) length += text.text.length;
    (fits ? taken : refused).set(member, text);
  }
  const rest =
    refused.size === 0
      ? event
      : withContents(event, refused, (member, text) => notKept(member, text, to(text), "busy"));
  if (taken.size === 0) return rest;
  const unfinished = withContents(rest, taken, (member, text) => ({
    [member]: text.toJSON(),
    ...reasonFor(member, to(text), "unfinished"),
  }));
  return new Unkept(unfinished, length, (done) => keepAll(rest, taken, to, keeper, done));
}

class Unkept implements UnkeptEvent {
  readonly event: object;
  readonly length: number;
  readonly keep: UnkeptEvent["keep"];

  constructor(event: object, length: number, keep: UnkeptEvent["keep"]) {
    this.event = event;
    this.length = length;
    this.keep = keep;
  }
}

export const isUnkept = (one: UnkeptEvent | object): one is UnkeptEvent => one instanceof Unkept;

function keepAll(
  event: object,
  texts: Texts,
  to: (text: LargeText) => Destination,
  keeper: LargeResultKeeper,
  done: Finished,
): void {
  const kept = new Map<LargeMember, KeptContent>();
  const written = new Map<LargeMember, Uint8Array>();
  for (const [member, text] of texts)
    keeper.keep(text, to(text), (outcome) => {
      kept.set(member, outcome);
      if ("content" in outcome) written.set(member, outcome.content);
      if (kept.size < texts.size) return;
      const said = withContents(event, texts, (name, one) => outcomeOf(name, one, to(one), kept.get(name)));
      done(said, written);
    });
}

function outcomeOf(
  member: LargeMember,
  text: LargeText,
  to: Destination,
  outcome: KeptContent | undefined,
): Readonly<Record<string, unknown>> {
  if (outcome === undefined || "notKept" in outcome)
    return notKept(member, text, to, outcome?.notKept ?? "unfinished");
  // What is written already stands in its place when the event is.
  if ("content" in outcome) return { [member]: null };
  const { sha256, bytes, storedBytes } = outcome.written;
  return {
    [member]: `${outcome.shown}${trimMarker(bytes, sha256)}`,
    [`${member}${WHOLE_SUFFIX}`]: { sha256, bytes, stored_bytes: storedBytes },
  };
}

function notKept(member: LargeMember, text: LargeText, to: Destination, reason: NotKeptReason) {
  // What a thread was not done with in two minutes would hold the agent as long, and at the end of its process there is no more time.
  if (reason === "timed_out") return { [member]: text.toJSON(), [`${member}${NOT_KEPT_SUFFIX}`]: reason };
  return { [member]: text.recorded(), ...reasonFor(member, to, reason) };
}

// What was to be part of its event is that as well where the agent's own thread redacts it.
const reasonFor = (member: LargeMember, to: Destination, reason: NotKeptReason) =>
  to === "file" ? { [`${member}${NOT_KEPT_SUFFIX}`]: reason } : {};
