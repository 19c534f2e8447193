/**
 * A mock model of the AI SDK that gives these answers in turn: a text, a list of calls, or `null` for a model that fails.
 *
 * @param Model `MockLanguageModelV2`, `V3` or `V4`
 * @param options.nested usage and reasons are objects since version 3 of the specification
 */
export const mockModels = (Model, simulateReadableStream, { nested }) =>
  function model(modelId, answers) {
    const rest = [...answers];
    const next = () => {
      const answer = rest.shift();
      if (answer === null) throw new Error("503 upstream overloaded");
      return answer;
    };
    return new Model({
      provider: "mock-provider",
      modelId,
      doGenerate: async () => ({ ...answerOf(next(), nested), warnings: [] }),
      doStream: async () => ({
        stream: simulateReadableStream({ chunks: chunksOf(answerOf(next(), nested)) }),
      }),
    });
  };

function answerOf(answer, nested) {
  const calls = Array.isArray(answer);
  const content = calls
    ? answer.map(({ input, ...call }) => ({ type: "tool-call", ...call, input: JSON.stringify(input) }))
    : [{ type: "text", text: answer }];
  const reason = calls ? "tool-calls" : "stop";
  return {
    content,
    finishReason: nested ? { unified: reason, raw: undefined } : reason,
    usage: nested
      ? {
          inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 5, text: 5, reasoning: 0 },
        }
      : { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  };
}

function chunksOf({ content, finishReason, usage }) {
  const parts = content.flatMap((part) =>
    part.type === "text"
      ? [
          { type: "text-start", id: "t" },
          { type: "text-delta", id: "t", delta: part.text },
          { type: "text-end", id: "t" },
        ]
      : [part],
  );
  return [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason, usage }];
}
