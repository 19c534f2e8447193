/**
 * A model of the AI SDK's interface in the form of each version, which gives one answer a turn: calls of tools, or text.
 *
 * @param {number} version of the AI SDK
 * @param {readonly object[]} turns `{ calls: [[name, input], ...] }`, `{ text }`, or `{ fails }`
 */
export function scripted(version, turns) {
  let turn = 0;
  const reason = (raw) => (version === 5 ? raw : { unified: raw, raw });
  const usage =
    version === 5
      ? { inputTokens: 10, outputTokens: 5, totalTokens: 15 }
      : { inputTokens: { total: 10, noCache: 10 }, outputTokens: { total: 5, text: 5 } };
  const next = () => {
    const { calls = [], text, fails } = turns[turn++];
    if (fails) throw new RangeError(fails);
    const content = calls.map(([toolName, input], index) => ({
      type: "tool-call",
      toolCallId: `call_${turn}_${index}`,
      toolName,
      input: JSON.stringify(input),
    }));
    return {
      content: text ? [{ type: "text", text }] : content,
      finishReason: reason(text ? "stop" : "tool-calls"),
    };
  };
  return {
    specificationVersion: version === 5 ? "v2" : version === 6 ? "v3" : "v4",
    provider: "scripted",
    modelId: `model-${version}`,
    supportedUrls: {},
    doGenerate: async () => ({ ...next(), usage, warnings: [] }),
    doStream: async () => {
      const { content, finishReason } = next();
      const parts = content.flatMap((part) =>
        part.type === "text"
          ? [
              { type: "text-start", id: "1" },
              { type: "text-delta", id: "1", delta: part.text },
              { type: "text-end", id: "1" },
            ]
          : [part],
      );
      const all = [{ type: "stream-start", warnings: [] }, ...parts, { type: "finish", finishReason, usage }];
      return { stream: ReadableStream.from(all) };
    },
  };
}
