import { type Collection, collectionParameters } from "../collection.js";
import { rowSchema } from "../query/column.js";
import { readPage } from "../read-page.js";
import { pageResponse, pageSchema } from "../respond.js";
import type { Route } from "../route.js";

/** The route of a list. */
export function listRoute(
  path: string,
  id: string,
  summary: string,
  collection: Collection,
  { isShared = false }: Pick<Route, "isShared"> = {},
): Route {
  return {
    method: "get",
    path,
    id,
    summary,
    scope: "read",
    isShared,
    parameters: collectionParameters(collection),
    response: {
      description: "One page, the latest or largest first.",
      schema: pageSchema(rowSchema(collection.columns), {
        isComputed: collection.statistics !== undefined,
        isSearched: collection.searchedBy !== undefined,
      }),
      ndjson: true,
    },
    async handle({ values, url, headers, caller }, { database, settings }) {
      const limits = { maxBytes: settings.maxResponseBytes, caller };
      return pageResponse(await readPage(collection, values, database, limits), url, headers);
    },
  };
}
