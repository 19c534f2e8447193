import { type LargeMember, NOT_KEPT_SUFFIX, WHOLE_SUFFIX } from "../../src/event/large-result.js";
import { trimMarker } from "../../src/event/limits.js";
import { type LargeText, largeTextsOf, withContents } from "../read/large-text.js";
import type { KeptContent, LargeResultKeeper } from "./large-result-keeper.js";

type Texts = ReadonlyMap<LargeMember, LargeText>;

/** An event with contents that are too large for a record, and have a place among those that wait. */
export interface UnkeptEvent {
  /** As it is if nothing becomes of that. */
  readonly event: object;
  /** Characters that are in memory for it beside the event. */
  readonly length: number;
  /** Has them written. @param done called once with the event that says where they are; must not throw */
  keep(done: (event: object) => void): void;
}

/**
 * Splits an event into what can be sent at once, and what has to be written first.
 *
 * @returns the event alone where nothing of it is to be kept whole, or there is no room
 */
export function unkept(event: object, keeper: LargeResultKeeper): UnkeptEvent | object {
  const texts = largeTextsOf(event);
  if (texts === undefined) return event;
  const taken = new Map<LargeMember, LargeText>();
  const refused = new Map<LargeMember, LargeText>();
  let length = 0;
  for (const [member, text] of texts) {
    const fits = keeper.takes(length + text.text.length);
    if (fits) length += text.text.length;
    (fits ? taken : refused).set(member, text);
  }
  const rest = refused.size === 0 ? event : withContents(event, refused, (...one) => notKept(...one, "busy"));
  if (taken.size === 0) return rest;
  const unfinished = withContents(rest, taken, (member, text) => ({
    [member]: text.toJSON(),
    [`${member}${NOT_KEPT_SUFFIX}`]: "unfinished",
  }));
  return new Unkept(unfinished, length, (done) => keepAll(rest, taken, keeper, done));
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
  keeper: LargeResultKeeper,
  done: (event: object) => void,
): void {
  const kept = new Map<LargeMember, KeptContent>();
  for (const [member, text] of texts)
    keeper.keep(text, (outcome) => {
      kept.set(member, outcome);
      if (kept.size === texts.size) done(withContents(event, texts, (...one) => said(...one, kept)));
    });
}

function said(member: LargeMember, text: LargeText, kept: ReadonlyMap<LargeMember, KeptContent>) {
  const outcome = kept.get(member);
  if (outcome === undefined || "notKept" in outcome)
    return notKept(member, text, outcome?.notKept ?? "unfinished");
  const { sha256, bytes, storedBytes } = outcome.written;
  return {
    [member]: `${text.shown}${trimMarker(bytes, sha256)}`,
    [`${member}${WHOLE_SUFFIX}`]: { sha256, bytes, stored_bytes: storedBytes },
  };
}

const notKept = (member: LargeMember, text: LargeText, reason: string) => ({
  [member]: text.recorded(),
  [`${member}${NOT_KEPT_SUFFIX}`]: reason,
});
