import { MockLanguageModelV3 } from "ai/test";

type Turn = string | { readonly tool: string; readonly input: object };

/** A model that needs no key and no network: it says these things, one a turn. */
export function scriptedModel(turns: readonly Turn[]): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    provider: "scripted",
    modelId: "scripted-1",
    doGenerate: turns.map((turn, index) => ({
      content: [typeof turn === "string" ? { type: "text", text: turn } : toolCall(turn, index)],
      finishReason: { unified: typeof turn === "string" ? "stop" : "tool-calls", raw: undefined },
      usage: {
        inputTokens: { total: 12, noCache: 12, cacheRead: undefined, cacheWrite: undefined },
        outputTokens: { total: 8, text: 8, reasoning: undefined },
      },
      warnings: [],
    })),
  });
}

const toolCall = ({ tool, input }: Exclude<Turn, string>, index: number) =>
  ({
    type: "tool-call",
    toolCallId: `call-${index + 1}`,
    toolName: tool,
    input: JSON.stringify(input),
  }) as const;
