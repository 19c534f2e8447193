import type { DevStack } from "../../devstack/dev-stack.js";

/** What a program needs to find the stack, by every name under which programs look. */
export function stackEnvironment(stack: DevStack, httpPort: number | undefined): Record<string, string> {
  return {
    ...stack.env,
    ...(stack.postgres ? postgresVariables(new URL(stack.postgres.url)) : {}),
    ...(httpPort === undefined ? {} : { HEALTH_CHECK_PORT: String(httpPort) }),
  };
}

function postgresVariables(url: URL): Record<string, string> {
  return {
    POSTGRES_HOST: url.searchParams.get("host") ?? url.hostname,
    POSTGRES_PORT: url.port || "5432",
    POSTGRES_DATABASE: decodeURIComponent(url.pathname.slice(1)),
    POSTGRES_USER: decodeURIComponent(url.username),
    POSTGRES_PASSWORD: decodeURIComponent(url.password),
  };
}
