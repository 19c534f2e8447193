import { once } from "node:events";
import { createServer } from "node:http";

/**
 * A server of Anthropic's messages, which answers with what was scripted, one answer a request.
 *
 * @param {readonly object[]} answers `{ calls: [[name, input], ...] }` or `{ text }`
 */
export async function startModel(answers) {
  let turn = 0;
  const server = createServer(async (request, response) => {
    const { model } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const { calls = [], text } = answers[turn++];
    const content = text
      ? [{ type: "text", text }]
      : calls.map(([name, input], index) => ({
          type: "tool_use",
          id: `toolu_${turn}_${index}`,
          name,
          input,
        }));
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        id: `msg_${turn}`,
        type: "message",
        role: "assistant",
        model,
        content,
        stop_reason: text ? "end_turn" : "tool_use",
        usage: { input_tokens: 12, output_tokens: 8 },
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
