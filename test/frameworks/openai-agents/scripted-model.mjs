// A model that answers what it was told to, one response a call.
import { Usage } from "@openai/agents";

export class ScriptedModel {
  #responses;
  constructor(responses) {
    this.#responses = [...responses];
  }
  async getResponse() {
    return { usage: new Usage(), output: this.#responses.shift() ?? saying("done") };
  }
  async *getStreamedResponse() {
    const { output } = await this.getResponse();
    yield { type: "response_started" };
    yield {
      type: "response_done",
      response: { id: "r", usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 }, output },
    };
  }
}

export const calling = (...calls) =>
  calls.map(([callId, name, args]) => ({
    type: "function_call",
    callId,
    name,
    status: "completed",
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  }));

export const saying = (text) => [
  { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text }] },
];
