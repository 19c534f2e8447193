/**
 * The dashboard's static files, as `npm run build` made them, with a policy that lets a page load and send nothing but what this service
 * serves. Every page of the dashboard is the same document: which one is shown stands in its URL.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Responds to a GET or HEAD; `undefined` where the path is none of the dashboard's. Rejects when the files are not there. */
export type DashboardRoute = (request: Request) => Promise<Response | undefined>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Recorded texts are hostile: nothing of them may become code, and no request may leave for elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const SECURITY_HEADERS = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Paths whose page is the dashboard: `/`, and what stands in its navigation. */
const PAGES =
  /^\/(?:(?:live|runs|actions|agents|tools|decisions|files|sessions|errors|pipeline|compare|notices|views|file|share)(?:\/[^/]*)?)?$/;

const BUILT = new URL("../../dashboard/", import.meta.url);

interface File {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/**
 * Reads the files when the first one is asked for, and keeps them: they are below 1 MB together.
 *
 * @param folder with `index.html` and `assets/`
 */
export function createDashboard(folder: URL = BUILT): DashboardRoute {
  let files: Promise<ReadonlyMap<string, File>> | undefined;
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const isPage = PAGES.test(pathname);
    if (!isPage && !pathname.startsWith("/assets/")) return undefined;
    // What could not be read is tried again.
    files ??= readFiles(folder).catch((error: unknown) => {
      files = undefined;
      throw error;
    });
    const file = (await files).get(isPage ? "/index.html" : pathname);
    if (file === undefined) return undefined;
    // The names of the files stay the same from version to version: a browser asks whether it has the right one.
    const headers = {
      ...SECURITY_HEADERS,
      "content-type": file.type,
      etag: file.etag,
      "cache-control": "no-cache",
    };
    if (request.headers.get("if-none-match") === file.etag)
      return new Response(null, { status: 304, headers });
    return new Response(request.method === "HEAD" ? null : file.body, { headers });
  };
}

async function readFiles(folder: URL): Promise<ReadonlyMap<string, File>> {
  const names = [
    "index.html",
    ...(await readdir(new URL("assets/", folder))).map((name) => `assets/${name}`),
  ];
  const read = names.map(async (name) => {
    const body = new Uint8Array(await readFile(fileURLToPath(new URL(name, folder))));
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    return [`/${name}`, { body, type: TYPES[extname(name)] ?? "application/octet-stream", etag }] as const;
  });
  return new Map(await Promise.all(read));
}
