// A model that answers what it was told to, one message a call.
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";

export class ScriptedModel extends BaseChatModel {
  #answers;
  constructor(answers) {
    super({});
    this.#answers = [...answers];
  }
  _llmType() {
    return "scripted";
  }
  bindTools() {
    return this;
  }
  async _generate() {
    const message = this.#answers.shift() ?? new AIMessage("done");
    return { generations: [{ text: "", message }] };
  }
}

export const calling = (...calls) =>
  new AIMessage({
    content: "",
    tool_calls: calls.map(([id, name, args]) => ({ id, name, args, type: "tool_call" })),
  });

export const saying = (text) => new AIMessage(text);
