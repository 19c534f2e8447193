import type { ChangedAction, StreamFilter } from "./read-changed.js";
import { isNarrow, isWithin } from "./row-whereabouts.js";
import { placeText, type StreamPlace } from "./stream-place.js";
import { type StreamEvent, type Subscriber, streamEvent } from "./subscriber.js";

/** `ids`: only which actions changed, for who reads something else anew. */
export type StreamContent = "actions" | "ids";

/** Who is told, of what, and up to where it has been. */
export interface Recipient {
  readonly subscriber: Subscriber;
  readonly filter: StreamFilter;
  readonly content: StreamContent;
  place: StreamPlace | undefined;
  /** Something that it may have seen is gone, and it must not be told what: it has to read anew. */
  owesReload: boolean;
}

/** Makes each event once, and hands it to all who want it. All of them stand at `place` afterwards. */
export function deliver(
  recipients: readonly Recipient[],
  filters: readonly StreamFilter[],
  changed: readonly ChangedAction[],
  place: StreamPlace,
): void {
  const id = placeText(place);
  const events = new Map<string, Told>();
  for (const recipient of recipients) {
    recipient.place = place;
    const key = `${recipient.content} ${recipient.filter.key}`;
    let told = events.get(key);
    if (told === undefined) {
      const index = filters.findIndex((filter) => filter.key === recipient.filter.key);
      told = toldOf(id, changed, index, recipient);
      events.set(key, told);
    }
    if (told.event !== undefined) recipient.subscriber.push(told.event);
    recipient.owesReload ||= told.hasUnknown;
  }
}

interface Told {
  /** `undefined`: nothing that this reader would see. */
  readonly event: StreamEvent | undefined;
  /** An action went of which nobody knows any more whether this reader may have seen it. */
  readonly hasUnknown: boolean;
}

function toldOf(
  id: string,
  changed: readonly ChangedAction[],
  index: number,
  { content, filter }: Pick<Recipient, "content" | "filter">,
): Told {
  const reach = filter.reach.filter(isNarrow);
  const fitting: ChangedAction[] = [];
  const gone: string[] = [];
  let hasUnknown = false;
  for (const action of changed) {
    if (action.fits[index] === true) fitting.push(action);
    // What fitted before its row changed has to go from a list that is filtered, but for what could not be in it.
    else if (!action.wasThere) continue;
    else if (reach.length === 0) gone.push(action.id);
    else if (action.belonged.length === 0) hasUnknown = true;
    else if (action.belonged.some((place) => reach.every((each) => isWithin(place, each))))
      gone.push(action.id);
  }
  if (fitting.length === 0 && gone.length === 0) return { event: undefined, hasUnknown };
  const actions = fitting.map(({ id: action, json }) => (content === "ids" ? JSON.stringify(action) : json));
  const data = `{"actions":[${actions.join()}],"gone":${JSON.stringify(gone)}}`;
  const text = `id: ${id}\nevent: actions\ndata: ${data}\n\n`;
  return { event: streamEvent(id, text, fitting.length + gone.length), hasUnknown };
}
