/**
 * What an agent does in the captures of the AI SDK, the same in every version: parallel calls, an unknown tool, arguments that do not fit,
 * results of all shapes, a tool that streams, MCP's isError, an approval refused and one given, streams, objects, an agent of the SDK,
 * and a model that fails.
 *
 * @param sdk `generateText`, `streamText`, `generateObject`, `ToolLoopAgent`, `tool`, `dynamicTool`, `jsonSchema`, `stepCountIs`
 * @param script.model makes a mock model of answers: `model(id, answers)`
 * @param script.telemetry makes the settings of a call: `telemetry(functionId)`
 */
export async function runAgent(sdk, { model, telemetry, has = {} }) {
  const { generateText, streamText, generateObject, stepCountIs } = sdk;
  const tools = toolsOf(sdk, has);
  const call = (toolCallId, toolName, input, more) => ({ toolCallId, toolName, input, ...more });

  await generateText({
    ...telemetry("support-agent"),
    model: model("mock-main", [
      [
        call("call_1", "getWeather", { city: "Paris" }),
        call("call_2", "charge", { amount: 3 }),
        call("call_3", "noSuchTool", { x: 1 }),
        call("call_4", "getWeather", { city: 5 }),
      ],
      [
        call("call_5", "jsonText", {}),
        call("call_6", "list", { q: "a" }),
        call("call_7", "nothing", {}),
        call("call_8", "progress", { steps: 2 }),
        call("call_9", "mcpTool", { city: "Atlantis" }),
        call("call_10", "dynamic", { any: [1] }),
      ],
      "done",
    ]),
    tools,
    stopWhen: stepCountIs(5),
    prompt: "hello",
  });

  // A tool without a function: the program's user has to do it, and the run ends.
  await generateText({
    ...telemetry("asking"),
    model: model("mock-ask", [[call("call_20", "askUser", { question: "which city?" })]]),
    tools,
    stopWhen: stepCountIs(3),
    prompt: "hello",
  });

  if (has.approvals) await runApprovals(sdk, { model, telemetry, tools, call, has });

  const stream = streamText({
    ...telemetry("streaming"),
    model: model("mock-stream", [
      [call("call_30", "getWeather", { city: "Rome" }), call("call_31", "charge", { amount: 4 })],
      "it is sunny",
    ]),
    tools,
    stopWhen: stepCountIs(3),
    prompt: "hello",
    onError: () => {},
  });
  for await (const _part of stream.fullStream);

  await generateObject({
    ...telemetry("extract"),
    model: model("mock-object", ['{"city":"Oslo"}']),
    schema: sdk.jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
    prompt: "hello",
  });

  if (sdk.ToolLoopAgent) {
    const agent = new sdk.ToolLoopAgent({
      id: "weather-agent",
      ...telemetry(undefined),
      model: model("mock-loop", [[call("call_40", "getWeather", { city: "Lima" })], "sunny"]),
      tools,
      stopWhen: stepCountIs(3),
    });
    await agent.generate({ prompt: "hello" });
  }

  await generateText({ ...telemetry(undefined), model: model("mock-plain", ["hi"]), prompt: "hello" });
  await generateText({
    ...telemetry("failing"),
    model: model("mock-err", [null]),
    prompt: "hello",
    maxRetries: 0,
  }).catch(() => {});
}

/** A refusal, then a yes. The call runs again with the person's answers, from the messages of the first one. */
async function runApprovals({ generateText, stepCountIs }, { model, telemetry, tools, call, has }) {
  for (const approved of [false, true]) {
    const settings = { ...telemetry("gated"), tools, stopWhen: stepCountIs(3), ...has.approvalSettings };
    const id = approved ? "call_51" : "call_50";
    const question = { role: "user", content: "pay" };
    const asked = await generateText({
      ...settings,
      model: model("mock-gate", [[call(id, "pay", { amount: 100 })]]),
      messages: [question],
    });
    const request = asked.content.find((part) => part.type === "tool-approval-request");
    const response = {
      type: "tool-approval-response",
      approvalId: request.approvalId,
      approved,
      ...(!approved && { reason: "too much" }),
    };
    await generateText({
      ...settings,
      model: model("mock-gate", ["so be it"]),
      messages: [question, ...asked.response.messages, { role: "tool", content: [response] }],
    });
  }
}

function toolsOf({ tool, dynamicTool, jsonSchema }, has) {
  const object = (properties) => ({ type: "object", properties, additionalProperties: false });
  const schema = (properties) =>
    jsonSchema(object(properties), {
      validate: (value) =>
        Object.entries(properties).every(
          ([name, { type }]) => value[name] === undefined || typeof value[name] === type,
        )
          ? { success: true, value }
          : { success: false, error: new Error("does not fit the schema") },
    });
  return {
    getWeather: tool({
      inputSchema: schema({ city: { type: "string" } }),
      execute: async ({ city }) => ({ city, tempC: 21, tags: ["sunny"] }),
    }),
    charge: tool({
      inputSchema: schema({ amount: { type: "number" } }),
      execute: async () => {
        throw new TypeError("card declined: 4000");
      },
    }),
    jsonText: tool({ inputSchema: schema({}), execute: async () => '{"a":1}' }),
    list: tool({
      inputSchema: schema({ q: { type: "string" } }),
      execute: async () => [1, "two", { three: 3 }],
    }),
    nothing: tool({ inputSchema: schema({}), execute: async () => null }),
    progress: tool({
      inputSchema: schema({ steps: { type: "number" } }),
      async *execute() {
        yield { done: 1 };
        yield { done: 2 };
      },
    }),
    mcpTool: tool({
      inputSchema: schema({ city: { type: "string" } }),
      execute: async () => ({ content: [{ type: "text", text: "no such city" }], isError: true }),
    }),
    dynamic: dynamicTool({
      inputSchema: jsonSchema({ type: "object" }),
      execute: async (input) => ({ got: input }),
    }),
    askUser: tool({ inputSchema: schema({ question: { type: "string" } }) }),
    pay: tool({
      inputSchema: schema({ amount: { type: "number" } }),
      ...(has.approvals && { needsApproval: true }),
      execute: async ({ amount }) => ({ paid: amount }),
    }),
  };
}
