/** A model of the AI SDK (LanguageModelV2) that answers from a script: texts, calls of tools, or an error to throw. */
export function mockModel(modelId, answers) {
  let turn = 0;
  const next = () => {
    const answer = answers[Math.min(turn++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
  return {
    specificationVersion: "v2",
    provider: "mock-provider",
    modelId,
    supportedUrls: {},
    async doGenerate() {
      const answer = next();
      return { content: contentOf(answer), finishReason: reasonOf(answer), usage, warnings: [] };
    },
    async doStream() {
      const answer = next();
      const parts = [
        { type: "stream-start", warnings: [] },
        ...contentOf(answer).flatMap((part, index) => chunksOf(part, String(index))),
        { type: "finish", finishReason: reasonOf(answer), usage },
      ];
      return { stream: ReadableStream.from(parts) };
    },
  };
}

/** `call("c1", "add", { a: 1 })` is a call that the model asks for. */
export const call = (toolCallId, toolName, input) => ({
  type: "tool-call",
  toolCallId,
  toolName,
  input: typeof input === "string" ? input : JSON.stringify(input),
});

const reasonOf = (answer) => (typeof answer === "string" ? "stop" : "tool-calls");
const contentOf = (answer) => (typeof answer === "string" ? [{ type: "text", text: answer }] : answer);

function chunksOf(part, id) {
  if (part.type !== "text") return [part];
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta: part.text },
    { type: "text-end", id },
  ];
}
