import type { ChangedAction, StreamFilter } from "./read-changed.js";
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
}

/** Makes each event once, and hands it to all who want it. All of them stand at `place` afterwards. */
export function deliver(
  recipients: readonly Recipient[],
  filters: readonly StreamFilter[],
  changed: readonly ChangedAction[],
  place: StreamPlace,
): void {
  const id = placeText(place);
  const events = new Map<string, StreamEvent | undefined>();
  for (const recipient of recipients) {
    recipient.place = place;
    const key = `${recipient.content} ${recipient.filter.key}`;
    if (!events.has(key)) {
      const index = filters.findIndex((filter) => filter.key === recipient.filter.key);
      events.set(key, eventOf(id, changed, index, recipient.content));
    }
    const event = events.get(key);
    if (event !== undefined) recipient.subscriber.push(event);
  }
}

/** `undefined`: nothing that this reader would see. */
function eventOf(
  id: string,
  changed: readonly ChangedAction[],
  filter: number,
  content: StreamContent,
): StreamEvent | undefined {
  const fitting = changed.filter(({ fits }) => fits[filter] === true);
  // What fitted before its row changed has to go from a list that is filtered.
  const gone = changed
    .filter(({ fits, wasThere }) => fits[filter] !== true && wasThere)
    .map((action) => action.id);
  if (fitting.length === 0 && gone.length === 0) return undefined;
  const actions = fitting.map(({ id: action, json }) => (content === "ids" ? JSON.stringify(action) : json));
  const data = `{"actions":[${actions.join()}],"gone":${JSON.stringify(gone)}}`;
  return streamEvent(id, `id: ${id}\nevent: actions\ndata: ${data}\n\n`, fitting.length + gone.length);
}
