import { once } from "node:events";
import { createServer } from "node:http";

/**
 * A server of OpenAI's chat completions, which answers with what was scripted, one answer a request.
 *
 * @param {readonly object[]} answers `{ calls: [[name, arguments], ...] }` or `{ text }`
 */
export async function startModel(answers) {
  let turn = 0;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const answer = answers[turn++];
    const message = {
      role: "assistant",
      content: answer.text ?? null,
      ...(answer.calls && { tool_calls: callsOf(answer.calls, turn) }),
    };
    const finish_reason = answer.text ? "stop" : "tool_calls";
    const common = { id: `c${turn}`, created: 1, model: body.model };
    const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
    if (body.stream) {
      response.setHeader("content-type", "text/event-stream");
      const chunk = {
        ...common,
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: message, finish_reason }],
        usage,
      };
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    } else {
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          ...common,
          object: "chat.completion",
          choices: [{ index: 0, message, finish_reason }],
          usage,
        }),
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close() };
}

const callsOf = (calls, turn) =>
  calls.map(([name, args], index) => ({
    index,
    id: `call_${turn}_${index}`,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));
