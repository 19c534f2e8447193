import { expect, test } from "vitest";
import { diffRuns, MAX_ACTIONS } from "../../../src/mcp/tools/diff-runs.js";

const PAGE = 1_000;

/** Answers as the API does for runs of so many actions, whatever their names; the figures of a run may say fewer. */
function apiOf(actions: number, said = actions) {
  let pages = 0;
  const ask = async (path: string): Promise<Response> => {
    if (path.startsWith("/runs/")) return Response.json({ actions: said });
    const from = Number(new URL(path, "http://localhost").searchParams.get("cursor") ?? 0);
    pages++;
    const rows = Array.from({ length: Math.min(PAGE, actions - from) }, (_, index) =>
      JSON.stringify({
        id: `${from + index}`,
        action_type: "tool_call",
        action_name: "Read",
        action_details: {},
      }),
    );
    const next = from + PAGE < actions ? { link: `</actions?cursor=${from + PAGE}>; rel="next"` } : undefined;
    return new Response(rows.join("\n"), { headers: { ...next } });
  };
  return { ask, pages: () => pages };
}

const compared = (ask: ReturnType<typeof apiOf>["ask"]) =>
  diffRuns.call({ a: "one", b: "other" }, { ask, maxCharacters: 20_000 } as never);

test("a run of more actions than are compared is refused before it is read, with what to do instead", async () => {
  const { ask, pages } = apiOf(MAX_ACTIONS + 1);
  await expect(compared(ask)).rejects.toThrow("agent-actions diff A B");
  expect(pages()).toBe(0);
});

test("one that grew meanwhile is read no further", async () => {
  const { ask, pages } = apiOf(10 * MAX_ACTIONS, 1);
  await expect(compared(ask)).rejects.toThrow(`runs of up to ${MAX_ACTIONS}`);
  expect(pages()).toBe(MAX_ACTIONS / PAGE + 1);
});

test("small ones are compared", async () => {
  const answer = JSON.parse(await compared(apiOf(3).ask));
  expect(answer).toMatchObject({ equal: true });
});
