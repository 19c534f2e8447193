import { ACCESS_SCOPES } from "../../config/access-scope.js";
import { badParameter } from "../problem.js";
import { jsonResponse } from "../respond.js";
import type { Route } from "../route.js";
import { removedCookies, sessionCookie } from "../session-cookie.js";

const TOKEN = /^Bearer +([\w.~+/-]+=*)$/i;

/** For pages: the token goes into a cookie that no script reads. */
export const SESSION_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/session",
    id: "getSession",
    summary: "What whoever asks may do.",
    scope: "read",
    isShared: true,
    parameters: {},
    response: {
      description: "Of the token, or of who needs none.",
      schema: {
        type: "object",
        required: ["name", "scopes", "projects", "run"],
        properties: {
          name: {
            type: ["string", "null"],
            description: "Name of the token; null for one of the environment, and without one.",
          },
          scopes: { type: "array", items: { type: "string", enum: ACCESS_SCOPES } },
          projects: {
            type: ["array", "null"],
            items: { type: "string" },
            description: "The only projects that it is for; null for all.",
          },
          run: {
            type: ["string", "null"],
            format: "uuid",
            description: "The only run that it shows; null for all.",
          },
        },
      },
    },
    handle: async ({ caller: { name = null, scopes, projects = null, run = null } }) =>
      jsonResponse(JSON.stringify({ name, scopes, projects, run })),
  },
  {
    method: "post",
    path: "/session",
    id: "beginSession",
    summary:
      "Keeps the token of the header Authorization, or the secret of a share, in a cookie that no script reads, for pages.",
    scope: "read",
    isShared: true,
    parameters: {},
    response: { status: 204, description: "The cookie is set; for 30 days, or until the token is revoked." },
    async handle({ headers }) {
      const token = TOKEN.exec(headers.get("authorization")?.trim() ?? "")?.[1];
      if (token === undefined) throw badParameter("Authorization", "has to be Bearer and a token");
      return withCookies([sessionCookie(headers, token)]);
    },
  },
  {
    method: "delete",
    path: "/session",
    id: "endSession",
    summary: "Removes these cookies.",
    scope: "none",
    parameters: {},
    response: { status: 204, description: "The cookie is removed." },
    handle: async ({ headers }) => withCookies(removedCookies(headers)),
  },
];

function withCookies(cookies: readonly string[]): Response {
  const response = new Response(null, { status: 204 });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
