import { isPlainObject } from "../../../event/json.js";
import type { Page } from "./page.js";

/** What the consumer says of itself over HTTP, as one would ask it by curl. */
export async function showConsumer(page: Page, url: string): Promise<void> {
  const { dim } = page.out.style;
  page.heading("What the consumer says of itself");
  const health = await ask(`${url}/health`);
  page.line(`${dim("GET /health ")}  ${pick(health, ["status", "consumer", "kafka", "postgres"])}`);
  const metrics = await ask(`${url}/metrics`);
  page.line(`${dim("GET /metrics")}  ${pick(metrics, ["messages_consumed", "messages_inserted"])}`);
  page.line(`              ${pick(metrics, ["messages_duplicate", "messages_dead_lettered", "lag"])}`);
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

function pick(answer: unknown, names: readonly string[]): string {
  const members = isPlainObject(answer) ? answer : {};
  return names.map((name) => `${name} ${String(members[name])}`).join(", ");
}
