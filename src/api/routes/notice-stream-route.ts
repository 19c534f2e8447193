import { scopeCondition } from "../collection.js";
import { NOTICES } from "../collections/notices.js";
import { badParameter } from "../problem.js";
import { conditions } from "../query/filter.js";
import type { Route } from "../route.js";
import { parseNoticePlace } from "../stream/notice-place.js";
import { streamResponse } from "../stream/stream-response.js";

const { filters } = NOTICES;

export const NOTICE_STREAM_ROUTE: Route = {
  method: "get",
  path: "/notices/stream",
  id: "streamNotices",
  summary:
    "Notices as they are made and as they change state, as server-sent events. With the header Last-Event-ID it goes on where it broke off, without a gap or a repeat.",
  scope: "read",
  parameters: filters,
  response: {
    description:
      "Events of the name notice, each with one notice as lists have it. An event ready: from here on nothing is missed. An event reload: something was missed, read the list anew. An event away: Postgres does not respond; an event back: it does again, and nothing was missed.",
    mediaType: "text/event-stream",
    schema: { type: "string" },
  },
  async handle({ values, headers, caller, isStillAllowed }, { noticeStream, settings }) {
    const last = headers.get("last-event-id") ?? "";
    const place = last === "" ? undefined : parseNoticePlace(last);
    if (last !== "" && place === undefined)
      throw badParameter("Last-Event-ID", "is not the id of an event of this stream");
    const filter = {
      key: JSON.stringify([[...values], caller.projects ?? null]),
      condition: (sql: Parameters<typeof scopeCondition>[2]) =>
        `${conditions(values, filters, { since: undefined, until: undefined }, sql)}${scopeCondition(filters, caller, sql)}`,
    };
    return streamResponse(noticeStream.subscribe(filter, place, isStillAllowed), settings.maxStreams);
  },
};
