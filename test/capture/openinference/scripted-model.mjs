import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";

/** A model of LangChain that gives these answers in turn: a text, or a list of calls. */
export class ScriptedModel extends BaseChatModel {
  #answers;
  #modelName;

  constructor(modelName, answers) {
    super({});
    this.#modelName = modelName;
    this.#answers = [...answers];
  }

  _llmType() {
    return "scripted";
  }

  bindTools() {
    return this;
  }

  invocationParams() {
    return { model: this.#modelName };
  }

  async _generate() {
    const answer = this.#answers.shift();
    const message = typeof answer === "string" ? new AIMessage(answer) : callsOf(answer);
    message.usage_metadata = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    return {
      generations: [{ text: String(message.content), message }],
      llmOutput: { tokenUsage: { promptTokens: 10, completionTokens: 5, totalTokens: 15 } },
    };
  }
}

// As the class for OpenAI fills them: the parsed calls, and the provider's own beside them.
const callsOf = (calls) =>
  new AIMessage({
    content: "",
    tool_calls: calls.map(([id, name, args]) => ({ id, name, args, type: "tool_call" })),
    additional_kwargs: {
      tool_calls: calls.map(([id, name, args]) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(args) },
      })),
    },
  });
