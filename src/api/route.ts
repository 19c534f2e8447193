import type { Caller } from "../access/authorize.js";
import type { AccessScope } from "../config/access-scope.js";
import type { ApiSettings } from "../config/api-settings.js";
import type { Database } from "./database.js";
import type { Schema } from "./query/column.js";
import type { ParameterTable, ParameterValues } from "./query/parameter.js";
import type { TreeCache } from "./run-tree/tree-cache.js";
import type { ActionStream } from "./stream/action-stream.js";
import type { NoticeStream } from "./stream/notice-stream.js";

/** What handlers work with. */
export interface ApiParts {
  readonly database: Database;
  readonly settings: ApiSettings;
  readonly trees: TreeCache;
  readonly stream: ActionStream;
  readonly noticeStream: NoticeStream;
  readonly deadLetters: ApiDeadLetters | undefined;
}

/** Dead letters, from whoever reads Kafka: the API does not. Both may reject with `TransportError`. */
export interface ApiDeadLetters {
  /** Those of which nothing became yet, the oldest first. */
  list(): Promise<
    readonly {
      readonly partition: number;
      readonly offset: string;
      readonly reason: string;
      readonly explanation: string;
      readonly sqlstate: string | undefined;
      readonly topic: string;
      readonly place: string;
      readonly at: Date;
      readonly attempts: number;
      readonly leftOut: string | undefined;
      readonly bytes: number | undefined;
    }[]
  >;
  redrive(
    places: readonly string[],
    by: string,
  ): Promise<{
    readonly redriven: readonly string[];
    readonly leftOut: readonly { readonly place: string; readonly why: string }[];
  }>;
}

export interface ApiRequest {
  /** The parts of the path that stand in braces. */
  readonly path: Readonly<Record<string, string>>;
  readonly values: ParameterValues;
  readonly url: URL;
  readonly headers: Headers;
  readonly caller: Caller;
  /** The body, where the route has one: any JSON. */
  readonly body: unknown;
  /** Whether the caller still may what the request began with, for responses that last. */
  readonly isStillAllowed: () => Promise<boolean>;
}

/** One operation. The router, its checks and the OpenAPI document are made from a table of these. */
export interface Route {
  readonly method: "get" | "post" | "delete";
  /** Below `/api/v1`, with parts in braces. */
  readonly path: string;
  /** `operationId`. */
  readonly id: string;
  readonly summary: string;
  /** `none`: nobody is asked for a token. */
  readonly scope: AccessScope | "none";
  /** A share of a run may ask for it: of that run, or narrowed to it. */
  readonly isShared?: boolean;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly parameters: ParameterTable;
  readonly requestBody?: Schema;
  readonly response: RouteResponse;
  handle(request: ApiRequest, parts: ApiParts): Promise<Response>;
}

export interface RouteResponse {
  /** @default 200 */
  readonly status?: number;
  readonly description: string;
  /** `undefined` for no content. */
  readonly schema?: Schema;
  /** @default "application/json" */
  readonly mediaType?: string;
  /** `Accept: application/x-ndjson` gets one row a line. */
  readonly ndjson?: boolean;
  /** The response has an ETag, and `If-None-Match` may be 304. */
  readonly etag?: boolean;
}
