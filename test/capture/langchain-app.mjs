/**
 * An agent of LangChain with a mock model that follows a script: good and failing tools, a sub-agent in a tool, parallel calls, an unknown
 * tool, arguments that do not fit, a hand-over between agents, and a tool that waits for a person. The modules are given, for each capture
 * has its own.
 *
 * @param modules.langchain the exports of `langchain`
 * @param modules.core `{ BaseChatModel, AIMessage, tool }`
 * @param modules.langgraph the exports of `@langchain/langgraph`
 * @param config of every run: callbacks, metadata
 */
export async function runLangChainApp({ langchain, core, langgraph, z }, config = {}) {
  const { createAgent } = langchain;
  const { tool, AIMessage, BaseChatModel } = core;
  const { Command, MemorySaver, interrupt } = langgraph;

  class ScriptedModel extends BaseChatModel {
    constructor({ model, script }) {
      super({});
      this.model = model;
      this.script = script;
    }
    _llmType() {
      return "scripted";
    }
    bindTools() {
      return this;
    }
    invocationParams() {
      return { model: this.model };
    }
    async _generate() {
      const step = this.script.shift();
      if (step instanceof Error) throw step;
      const message = new AIMessage({
        ...step,
        usage_metadata: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
        response_metadata: { model_name: this.model },
      });
      return {
        generations: [{ text: message.content, message }],
        llmOutput: {
          model_name: this.model,
          tokenUsage: { promptTokens: 10, completionTokens: 5, totalTokens: 15 },
        },
      };
    }
  }
  const wants = (...calls) => ({
    content: "",
    tool_calls: calls.map(([id, name, args]) => ({ id, name, args, type: "tool_call" })),
  });
  const says = (content) => ({ content, tool_calls: [] });

  const weather = tool(async ({ city }) => ({ city, tempC: 21 }), {
    name: "get_weather",
    description: "weather",
    schema: z.object({ city: z.string() }),
  });
  const charge = tool(
    async () => {
      throw new TypeError("card declined: 4000");
    },
    { name: "charge", description: "charges", schema: z.object({ amount: z.number() }) },
  );
  const lookup = tool(async ({ key }) => `value of ${key}`, {
    name: "lookup",
    description: "looks up",
    schema: z.object({ key: z.string() }),
  });
  const researcher = createAgent({
    name: "researcher",
    model: new ScriptedModel({
      model: "mock-sub",
      script: [wants(["call_s1", "lookup", { key: "k1" }]), says("found it")],
    }),
    tools: [lookup],
  });
  const ask = tool(
    async ({ question }, inner) => {
      const state = await researcher.invoke({ messages: [{ role: "user", content: question }] }, inner);
      return state.messages.at(-1).content;
    },
    { name: "ask_researcher", description: "asks", schema: z.object({ question: z.string() }) },
  );
  const support = createAgent({
    name: "support",
    systemPrompt: "Be nice",
    model: new ScriptedModel({
      model: "mock-main",
      script: [
        wants(["call_1", "get_weather", { city: "Paris" }], ["call_2", "get_weather", { city: "Rome" }]),
        wants(["call_3", "ask_researcher", { question: "who?" }]),
        wants(["call_4", "charge", { amount: 3 }]),
        wants(["call_5", "no_such_tool", { x: 1 }]),
        wants(["call_6", "get_weather", { city: 5 }]),
        says("all done"),
      ],
    }),
    tools: [weather, charge, ask],
  });
  const run = (agent, content, more = {}) =>
    agent.invoke(content instanceof Command ? content : { messages: [{ role: "user", content }] }, {
      ...config,
      ...more,
    });
  await run(support, "hello");

  const broken = createAgent({
    name: "broken",
    model: new ScriptedModel({ model: "mock-down", script: [new Error("503 upstream overloaded")] }),
    tools: [],
  });
  await run(broken, "hello").catch(() => {});

  const pay = tool(async ({ amount }) => (interrupt({ ask: `pay ${amount}?` }) ? "paid" : "refused"), {
    name: "pay",
    description: "pays",
    schema: z.object({ amount: z.number() }),
  });
  const payer = createAgent({
    name: "payer",
    model: new ScriptedModel({
      model: "mock-payer",
      script: [wants(["call_p1", "pay", { amount: 9 }]), says("ok")],
    }),
    tools: [pay],
    checkpointer: new MemorySaver(),
  });
  const thread = { configurable: { thread_id: "thread-1" } };
  await run(payer, "pay", thread);
  await run(payer, new Command({ resume: false }), thread);

  const transfer = tool(
    async () => new Command({ goto: "billing", graph: Command.PARENT, update: { messages: [] } }),
    {
      name: "transfer_to_billing",
      description: "hands over",
      schema: z.object({}),
    },
  );
  const triage = createAgent({
    name: "triage",
    model: new ScriptedModel({
      model: "mock-triage",
      script: [wants(["call_h", "transfer_to_billing", {}])],
    }),
    tools: [transfer],
  });
  const billing = createAgent({
    name: "billing",
    model: new ScriptedModel({ model: "mock-billing", script: [says("refunded")] }),
    tools: [],
  });
  const { StateGraph, MessagesAnnotation, START } = langgraph;
  const office = new StateGraph(MessagesAnnotation)
    .addNode("triage", triage.graph ?? triage, { ends: ["billing"] })
    .addNode("billing", billing.graph ?? billing)
    .addEdge(START, "triage")
    .compile({ name: "office" });
  await run(office, "refund");
}
