/**
 * A model on loopback that says what a script tells it, by the protocols that coding agents speak: OpenAI's chat completions and
 * responses, Gemini's contents, Anthropic's messages. It keeps no state: which turn it is, the messages of the request say.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";
const random = (length = 24) =>
  [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");

/**
 * @param script `{ main, sub }`: a list of turns, each a list of calls `[tool, arguments]`. `sub` is for requests whose first message of a user has the word SUBTASK.
 *   A call whose arguments are a text is a custom tool of the responses API.
 * @returns the server, listening
 */
export async function scriptedModel(script) {
  const server = createServer((request, response) => void answer(script, request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

async function answer(script, request, response) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const body = text === "" ? {} : JSON.parse(text);
  const protocol = [
    [/chat\/completions/, chatCompletions],
    [/\/responses/, responses],
    [/generateContent/i, contents],
    [/\/messages(?:\?|$)/, messages],
  ].find(([path]) => path.test(request.url))?.[1];
  if (protocol === undefined) return json(response, { data: [], models: [] });
  protocol(script, body, response, request.url);
}

const turnOf = ({ main, sub }, first, turn) =>
  (JSON.stringify(first ?? "").includes("SUBTASK") ? (sub ?? []) : main)[turn];

const json = (response, value) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
};

function events(response, list) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const { name, data } of list)
    response.write(`${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(data)}\n\n`);
  response.end();
}

function chatCompletions(script, { model, messages = [], tools = [], stream }, response) {
  const first = messages.find(({ role }) => role === "user");
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const calls = tools.length === 0 ? undefined : turnOf(script, first, turn);
  const id = `chatcmpl-${random()}`;
  const tool_calls = calls?.map(([name, args], index) => ({
    index,
    id: `call_${random()}`,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));
  const message = calls
    ? { role: "assistant", content: null, tool_calls }
    : { role: "assistant", content: "All done." };
  const finish_reason = calls ? "tool_calls" : "stop";
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 10 },
  };
  const base = { id, created: Math.floor(Date.now() / 1000), model };
  if (!stream)
    return json(response, {
      ...base,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
  const chunk = (choices, more) => ({ data: { ...base, object: "chat.completion.chunk", choices, ...more } });
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const { data } of [
    chunk([{ index: 0, delta: message, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason }]),
    chunk([], { usage }),
  ])
    response.write(`data: ${JSON.stringify(data)}\n\n`);
  response.end("data: [DONE]\n\n");
}

function responses(script, { input = [], tools = [] }, response) {
  const items = Array.isArray(input) ? input : [];
  const first = items.find(({ role }) => role === "user");
  const users = items.filter(({ role, type }) => role === "user" || type === "agent_message");
  const turn = turns(items);
  const calls = tools.length === 0 ? undefined : turnOf(script, script.sub ? users : first, turn);
  const output = (calls ?? []).map(([name, args]) =>
    typeof args === "string"
      ? {
          type: "custom_tool_call",
          id: `ctc_${random()}`,
          call_id: `call_${random()}`,
          name,
          input: args,
          status: "completed",
        }
      : {
          type: "function_call",
          id: `fc_${random()}`,
          call_id: `call_${random()}`,
          name,
          arguments: JSON.stringify(args),
          status: "completed",
        },
  );
  if (calls === undefined)
    output.push({
      type: "message",
      id: `msg_${random()}`,
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "All done.", annotations: [] }],
    });
  const id = `resp_${random()}`;
  const usage = {
    input_tokens: 120,
    input_tokens_details: { cached_tokens: 20 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 150,
  };
  const event = (type, more) => ({ name: type, data: { type, ...more } });
  events(response, [
    event("response.created", { response: { id, object: "response", status: "in_progress" } }),
    ...output.flatMap((item, output_index) => [
      event("response.output_item.added", { output_index, item }),
      event("response.output_item.done", { output_index, item }),
    ]),
    event("response.completed", { response: { id, object: "response", status: "completed", output, usage } }),
  ]);
}

/** How many answers with calls there were: calls that stand together are one. */
function turns(items) {
  let count = 0;
  let isCall = false;
  for (const { type } of items) {
    const calls = /_call$/.test(type ?? "");
    if (calls && !isCall) count++;
    isCall = calls;
  }
  return count;
}

function contents(script, { contents: said = [], tools, generationConfig }, response, url) {
  if (url.includes("countTokens")) return json(response, { totalTokens: 10 });
  const turn = said.filter(
    ({ role, parts }) => role === "user" && parts?.some((part) => part.functionResponse),
  ).length;
  const hasTools = JSON.stringify(tools ?? "").includes("functionDeclarations");
  const calls = hasTools ? turnOf(script, said[0], turn) : undefined;
  const isJson = generationConfig?.responseMimeType === "application/json";
  const text = isJson
    ? '{"reasoning":"Small task.","model_choice":"flash","next_speaker":"user"}'
    : "All done.";
  const parts = calls?.map(([name, args]) => ({ functionCall: { name, args } })) ?? [{ text }];
  const data = {
    candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount: 100,
      candidatesTokenCount: 20,
      totalTokenCount: 120,
      cachedContentTokenCount: 5,
    },
    modelVersion: "scripted",
    responseId: random(),
  };
  return url.includes("stream") ? events(response, [{ data }]) : json(response, data);
}

/** Requests that were answered by an error, by the place in the script: each fails so often as it says, then goes on. */
const failed = new Map();

/**
 * Anthropic's messages. The script has a list of turns for each prompt that begins with `PART` and a letter, and `sub`; a turn is a list of calls, or
 * `{ status, times, calls }`: the request fails so many times before. Anything else that is asked for gets a text: titles, summaries.
 */
function messages(script, { model, messages: said = [], tools = [], stream }, response, url) {
  if (url.includes("count_tokens")) return json(response, { input_tokens: 10 });
  const textOf = ({ content }) =>
    typeof content === "string" ? content : content.map(({ text }) => text ?? "").join("\n");
  const marks = said.map((one) =>
    one.role === "user" ? /(PART [A-Z]|SUBTASK)/.exec(textOf(one))?.[1] : undefined,
  );
  const from = marks.findLastIndex((mark) => mark !== undefined);
  const part = marks[from];
  const turn = said.slice(from + 1).filter(({ role }) => role === "assistant").length;
  const isAgent = tools.some(({ name }) => name === "Bash") && from >= 0;
  let step = isAgent ? (part === "SUBTASK" ? script.sub : script[part])?.[turn] : undefined;
  if (step?.status !== undefined) {
    const place = `${part} ${turn}`;
    const before = failed.get(place) ?? 0;
    failed.set(place, before + 1);
    if (before < step.times) return failure(response, step.status);
    step = step.calls;
  }
  const blocks = step?.map(([name, input]) => ({
    type: "tool_use",
    id: `toolu_${random()}`,
    name,
    input,
  })) ?? [{ type: "text", text: "All done." }];
  const usage = {
    input_tokens: 100,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 10,
    output_tokens: 20,
  };
  const message = {
    id: `msg_${random()}`,
    type: "message",
    role: "assistant",
    model,
    content: blocks,
    stop_reason: step ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage,
  };
  if (!stream) return json(response, message);
  const event = (type, more) => ({ name: type, data: { type, ...more } });
  const { stop_reason, stop_sequence, ...start } = message;
  events(response, [
    event("message_start", { message: { ...start, content: [], stop_reason: null, stop_sequence: null } }),
    ...blocks.flatMap((block, index) => {
      const isText = block.type === "text";
      const delta = isText
        ? { type: "text_delta", text: block.text }
        : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
      const begun = isText ? { ...block, text: "" } : { ...block, input: {} };
      return [
        event("content_block_start", { index, content_block: begun }),
        event("content_block_delta", { index, delta }),
        event("content_block_stop", { index }),
      ];
    }),
    event("message_delta", { delta: { stop_reason, stop_sequence }, usage: { output_tokens: 20 } }),
    event("message_stop", {}),
  ]);
}

function failure(response, status) {
  const type = { 400: "invalid_request_error", 529: "overloaded_error" }[status] ?? "api_error";
  response.writeHead(status, { "content-type": "application/json", "request-id": `req_${random()}` });
  response.end(JSON.stringify({ type: "error", error: { type, message: `scripted ${type}` } }));
}
