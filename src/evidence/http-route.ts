/** `GET /checkpoint` and `GET /tile/...`: the log for who checks it, by https://c2sp.org/tlog-tiles. */
import type pg from "pg";
import type { Access } from "../access/authorize.js";
import { AccessRefusal } from "../access/refusal.js";
import { checkSameSite } from "../access/same-site.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { problemResponse } from "../internal/problem-response.js";
import { createPool } from "../store/pool.js";
import { entryOf } from "./leaf.js";
import { latestCheckpoint, readLeaves, readState, readTile } from "./log-table.js";
import { readPruned } from "./prune.js";
import { edgeNumber, edgeWidth, parseTilePath, TILE_HASHES, type TilePath } from "./tiles.js";

export interface EvidenceRouteOptions {
  readonly postgres: PostgresSettings;
  readonly access: Access;
  /** Names under which the server may be asked for; `undefined` for any. */
  readonly hosts: Parameters<typeof checkSameSite>[1];
  readonly onDefect: (error: unknown) => void;
}

/** The route, with a connection of its own. */
export interface EvidenceService {
  route(request: Request, peer: string | undefined): Promise<Response>;
  /** Never rejects. */
  stop(): Promise<void>;
}

/** What never changes may be kept by whoever asked. */
const FOR_EVER = "private, max-age=31536000, immutable";

/** Connects to nothing before the first request. */
export function createEvidenceService({
  postgres,
  access,
  hosts,
  onDefect,
}: EvidenceRouteOptions): EvidenceService {
  const pool = createPool({
    ...postgres,
    maxConnections: 1,
    applicationName: `${postgres.applicationName}-evidence-reader`,
  });
  async function checked(request: Request, peer: string | undefined): Promise<Response> {
    if (request.method !== "GET" && request.method !== "HEAD")
      return problemResponse(405, "the evidence log takes GET and HEAD only", {
        headers: { allow: "GET, HEAD" },
      });
    checkSameSite(request.headers, hosts);
    const caller = await access.authorize(request.headers, "read", peer);
    // Leaves tell of the rows of all projects.
    if (caller.projects !== undefined || caller.run !== undefined)
      return problemResponse(403, "the evidence log needs a token that is for all projects");
    return answer(pool, new URL(request.url).pathname);
  }
  return {
    async route(request, peer) {
      try {
        return await checked(request, peer);
      } catch (error) {
        if (error instanceof AccessRefusal)
          return problemResponse(error.status, error.message, { headers: error.headers });
        onDefect(error);
        return problemResponse(503, "the evidence log cannot be read now", {
          headers: { "retry-after": "1" },
        });
      }
    },
    stop: () => pool.end().catch(() => undefined),
  };
}

async function answer(pool: pg.Pool, path: string): Promise<Response> {
  if (path === "/checkpoint") {
    const latest = await latestCheckpoint(pool);
    return latest === undefined
      ? problemResponse(404, "the evidence log has no checkpoint yet")
      : new Response(latest.note, {
          headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
        });
  }
  const asked = parseTilePath(path);
  const size = (await readState(pool))?.treeSize ?? 0;
  if (asked === undefined || !isThere(asked, size))
    return problemResponse(404, `there is no such tile in the evidence log, which has ${size} leaves`);
  const isPruned =
    asked.level === "entries" && (asked.number + 1) * TILE_HASHES <= (await readPruned(pool)).before;
  if (isPruned)
    return problemResponse(
      404,
      "these entries of the evidence log went for their age; their hashes are there",
    );
  const body =
    asked.level === "entries"
      ? await entriesOf(pool, asked)
      : await readTile(pool, asked.level, asked.number, asked.width);
  return new Response(new Uint8Array(body), {
    headers: { "content-type": "application/octet-stream", "cache-control": FOR_EVER },
  });
}

/** Any width up to what there is: a partial tile stays where it was after the tile has grown. */
function isThere({ level, number, width }: TilePath, size: number): boolean {
  const height = level === "entries" ? 0 : level;
  const last = edgeNumber(size, height);
  return number < last || (number === last && width <= edgeWidth(size, height));
}

/** Each with its length in two bytes before it. */
async function entriesOf(pool: pg.Pool, { number, width }: TilePath): Promise<Buffer> {
  const leaves = await readLeaves(pool, number * TILE_HASHES, width);
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const entry = entryOf(leaf);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}
