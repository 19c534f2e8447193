import { choice } from "../../config/option.js";
import { correlationId } from "../../event/index.js";
import { scopeCondition } from "../collection.js";
import { ACTION_FILTERS } from "../collections/action-filters.js";
import { badParameter } from "../problem.js";
import { conditions } from "../query/filter.js";
import { singleValue } from "../query/parameter.js";
import type { Route } from "../route.js";
import type { StreamContent } from "../stream/deliver.js";
import { parsePlace } from "../stream/stream-place.js";
import { streamResponse } from "../stream/stream-response.js";

const CONTENT = choice({
  of: ["actions", "ids"],
  default: "actions",
  description: "The actions as lists show them, or only their ids.",
});

const uuids = (runs: readonly unknown[] | undefined): readonly string[] | undefined =>
  runs?.map((run) => correlationId(String(run)).uuid);

export const STREAM_ROUTE: Route = {
  method: "get",
  path: "/stream",
  id: "streamActions",
  summary:
    "Actions as they are written and as they change, as server-sent events. With the header Last-Event-ID it goes on where it broke off, without a gap or a repeat.",
  scope: "read",
  isShared: true,
  parameters: { ...ACTION_FILTERS, content: { option: CONTENT } },
  response: {
    description:
      'Events of the name actions, with {"actions": [...], "gone": [ids]}: gone are those that were there, and have been removed or do not fit any more. An event ready: from here on nothing is missed. Who sees some projects or one run only is told what may have been in its list. An event reload: something was missed, or has gone that cannot be named to this reader; read the list anew. An event away: Postgres does not respond; an event back: it does again, and nothing was missed.',
    mediaType: "text/event-stream",
    schema: { type: "string" },
  },
  async handle({ values, headers, caller, isStillAllowed }, { stream, settings }) {
    const last = headers.get("last-event-id");
    const place = last === null || last === "" ? undefined : parsePlace(last);
    if (last !== null && last !== "" && place === undefined)
      throw badParameter("Last-Event-ID", "is not the id of an event of this stream");
    const filters = [...values].filter(([name]) => Object.hasOwn(ACTION_FILTERS, name));
    const filter = {
      key: JSON.stringify([filters, caller.projects ?? null, caller.run ?? null]),
      reach: [
        { projects: caller.projects, runs: caller.run === undefined ? undefined : uuids([caller.run]) },
        { projects: values.get("project")?.map(String), runs: uuids(values.get("run")) },
      ],
      condition: (sql: Parameters<typeof scopeCondition>[2]) =>
        `${conditions(values, ACTION_FILTERS, { since: undefined, until: undefined }, sql)}${scopeCondition(ACTION_FILTERS, caller, sql)}`,
    };
    const content = singleValue(values, "content", CONTENT) as StreamContent;
    return streamResponse(stream.subscribe(filter, content, place, isStillAllowed), settings.maxStreams);
  },
};
