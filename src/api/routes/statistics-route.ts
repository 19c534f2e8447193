import {
  GROUP_BY,
  STATISTICS_COLUMNS,
  STATISTICS_PARAMETERS,
  statisticsBy,
} from "../collections/statistics.js";
import { rowSchema } from "../query/column.js";
import { singleValue } from "../query/parameter.js";
import { readPage } from "../read-page.js";
import { pageResponse, pageSchema } from "../respond.js";
import type { Route } from "../route.js";

export const STATISTICS_ROUTE: Route = {
  method: "get",
  path: "/stats",
  id: "getStatistics",
  summary: "Counts and durations of actions by one, two or three dimensions.",
  scope: "read",
  parameters: STATISTICS_PARAMETERS,
  response: {
    description: "The groups: latest time first where a time is among the dimensions, then by count.",
    schema: pageSchema(rowSchema(STATISTICS_COLUMNS), { isComputed: true }),
    ndjson: true,
  },
  async handle({ values, url, headers, caller }, { database, settings }) {
    const collection = statisticsBy(singleValue(values, "group_by", GROUP_BY) ?? GROUP_BY.default);
    const limits = { maxBytes: settings.maxResponseBytes, caller };
    return pageResponse(await readPage(collection, values, database, limits), url, headers);
  },
};
