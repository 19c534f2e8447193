import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eventsOf, fixture, outline } from "./read-transcript.js";

const SESSION = "59376e85-a276-4727-8069-5bb0e937ef03";
const PROMPT = "566c2915-3102-403f-9d80-39b90b55f38d";
const AGENT_CALL = "toolu_01vqbFRGLtUuNdexiJMF8s58";

describe("a session of Claude Code 2.1.197 as it was recorded", () => {
  const { format, events, unknown, version } = eventsOf(fixture("claude-code/session.jsonl"));

  test("is the prompt, every call with its outcome, the delegation and the run", () => {
    expect([format, version, unknown]).toEqual(["claude-code", "2.1.197", {}]);
    expect(outline(events)).toEqual([
      `success user_prompt ok prompt:${PROMPT}`,
      "tool_call Write ok toolu_01kM5vnkZM35hN9HB5KBJeok",
      "tool_call Read ok toolu_01Tycv0qBENyMB6zj52AASWv",
      "tool_call Edit ok toolu_01UyMnRboo5LauZ0Geua9mmo",
      "tool_call Glob error toolu_01ujUtCcbTnUk5rb9RhWL2wp",
      "tool_call Bash ok toolu_01UT1uwU9yuum7f2AvqBopBY",
      "tool_call Bash error toolu_01JSJvCjNrtXjLDTcNnnhsu6",
      "tool_call Bash ok toolu_01zvWHKtKB7RjyaRs3t6n9Vu",
      `tool_call Agent ok ${AGENT_CALL}`,
      `decision general-purpose ok ${AGENT_CALL}:decision`,
      `execution ${PROMPT} success`,
    ]);
  });

  test("has the session as its run, and where it ran", () => {
    for (const event of events)
      expect(event).toMatchObject({
        correlation_id: SESSION,
        session_id: SESSION,
        project_path: "/home/u/shop",
        project_name: "shop",
        service_name: "claude-code",
        service_version: "2.1.197",
      });
    expect(events[1]).toMatchObject({
      agent_name: "claude-code",
      agent_version: "2.1.197",
      source: "claude-code-transcript",
      working_directory: "/home/u/shop",
      tool_call_id: "toolu_01kM5vnkZM35hN9HB5KBJeok",
      started_at: "2026-11-29T10:24:13.488000Z",
      ended_at: "2026-11-29T10:24:13.600000Z",
      duration_ms: 112,
    });
  });

  test("tells contents of files before and after as their SHA-256", () => {
    const two = "c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8";
    const three = "c9b0fb1fa00b3a5ce714c876c35bb18f21eed970d33d9093a3cbd7cf0c9db3dc";
    const details = (index: number) => events[index]?.action_details as Record<string, unknown>;
    expect(details(1)).toMatchObject({ content_hash_after: two });
    expect(details(1)).not.toHaveProperty("content_hash_before");
    expect(details(3)).toMatchObject({ content_hash_before: two, content_hash_after: three });
  });

  test("counts the tokens of every answer once", () => {
    expect(events.at(-1)).toMatchObject({
      user_prompt: "Do the work",
      duration_ms: 1_212,
      metadata: {
        input_tokens: 800,
        output_tokens: 336,
        cache_read_input_tokens: 400,
        cache_creation_input_tokens: 40,
        models: ["claude-opus-4-8"],
      },
    });
  });
});

test("calls of a sub-agent are under the call that began it, in the same run", () => {
  const name = "claude-code/session/subagents/agent-a1252fee4f3f004d6";
  const companion: unknown = JSON.parse(fixture(`${name}.meta.json`));
  const { events } = eventsOf(fixture(`${name}.jsonl`), { companion });
  expect(outline(events)).toEqual(["tool_call Bash ok toolu_01HMTtpUaQRtLgX4cgGyMb9y"]);
  expect(events[0]).toMatchObject({
    correlation_id: SESSION,
    agent_name: "general-purpose",
    parent_call_key: AGENT_CALL,
  });
  // Where nothing is beside it: the session's file was read before.
  const callsOfAgents = new Map<string, string>();
  eventsOf(fixture("claude-code/session.jsonl"), { callsOfAgents });
  const [alone] = eventsOf(fixture(`${name}.jsonl`), { callsOfAgents }).events;
  expect(alone).toMatchObject({ parent_call_key: AGENT_CALL });
});

test("a request that failed for good is an error, and so is the run", () => {
  const { events } = eventsOf(fixture("claude-code/api-error.jsonl"));
  expect(outline(events)).toEqual([
    "success user_prompt ok prompt:ee30131d-a5bd-4b08-a557-8e44949740cb",
    "error server_error error request:req_BjDbN41ZK6Kyvp4NEngZCQgf",
    "execution ee30131d-a5bd-4b08-a557-8e44949740cb error",
  ]);
  expect(events[1]).toMatchObject({ action_details: { error_context: { http_status: 529 } } });
});

describe("what was written by hand after 2.1.197", () => {
  const AT = "2026-11-29T10:00:0";
  const base = { sessionId: "s1", cwd: "/home/u/shop", version: "2.1.197", isSidechain: false };
  let lines = 0;
  const line = (type: string, fields: object, second = lines): string =>
    JSON.stringify({ ...base, type, uuid: `u${lines++}`, timestamp: `${AT}${second % 10}.000Z`, ...fields });
  const use = (id: string, name: string, input: object) =>
    line("assistant", { message: { id: `m${id}`, content: [{ type: "tool_use", id, name, input }] } });
  const result = (id: string, content: string, fields: object = {}, isError = false) =>
    line("user", {
      message: { content: [{ type: "tool_result", tool_use_id: id, content, is_error: isError }] },
      ...fields,
    });

  test.each([
    [
      "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file).",
      { approved_by: "user", approval_method: "human" },
    ],
    ["Permission to use Bash with command rm -rf x has been denied.", { approval_method: "rule" }],
    [
      "Claude requested permissions to use Bash, but you haven't granted it yet.",
      { approval_method: "rule" },
    ],
  ])("a call that was refused is one decision with who refused: %s", (words, approval) => {
    const { events } = eventsOf(
      `${use("toolu_1", "Bash", { command: "rm" })}\n${result("toolu_1", words, {}, true)}`,
    );
    expect(outline(events)).toEqual(["decision Bash ok toolu_1"]);
    expect(events[0]).toMatchObject({
      ...approval,
      action_details: {
        decision_type: "approval",
        decision_context: { command: "rm" },
        decision_result: { approved: false, reason: words },
      },
    });
  });

  test("questions, their answers and plans are decisions of the user", () => {
    const text = [
      use("toolu_q", "AskUserQuestion", { questions: [{ question: "Which?" }] }),
      result("toolu_q", "answered", { toolUseResult: { answers: { "Which?": "This" } } }),
      use("toolu_p", "ExitPlanMode", { plan: "1. Do it" }),
      result("toolu_p", "User has approved your plan", { toolUseResult: { plan: "1. Do it" } }),
    ].join("\n");
    const decisions = eventsOf(text).events.filter((event) => event.action_type === "decision");
    expect(decisions).toMatchObject([
      {
        action_name: "user_question",
        call_key: "toolu_q:decision",
        approved_by: "user",
        action_details: { decision_result: { "Which?": "This" } },
      },
      {
        action_name: "plan_approval",
        call_key: "toolu_p:decision",
        action_details: { decision_context: { plan: "1. Do it" }, decision_result: { approved: true } },
      },
    ]);
  });

  test("a compaction says what it began with", () => {
    const { events } = eventsOf(
      line("system", {
        subtype: "compact_boundary",
        compactMetadata: { trigger: "auto", preTokens: 155_000 },
      }),
    );
    expect(outline(events)).toEqual(["success compaction ok compaction:155000"]);
    expect(events[0]).toMatchObject({ action_details: { trigger: "auto", tokens_before: 155_000 } });
  });

  test("a call without a result is running, and an interrupted prompt is cancelled", () => {
    const { events } = eventsOf(
      [
        line("user", { promptId: PROMPT, message: { content: "Go" } }),
        use("toolu_o", "Bash", { command: "sleep 9" }),
        line("user", { message: { content: [{ type: "text", text: "[Request interrupted by user]" }] } }),
      ].join("\n"),
    );
    expect(outline(events)).toEqual([
      `success user_prompt ok prompt:${PROMPT}`,
      "tool_call Bash running toolu_o",
      `execution ${PROMPT} cancelled`,
    ]);
  });

  test("a line that stands there twice counts once, and one of an unknown type is counted", () => {
    const call = use("toolu_t", "Bash", {});
    const end = result("toolu_t", "x");
    const { events, unknown } = eventsOf([call, call, end, end, line("hologram", {})].join("\n"));
    expect(outline(events)).toEqual(["tool_call Bash ok toolu_t"]);
    expect(unknown).toEqual({ hologram: 1 });
  });

  test("what a fork repeats is of the session that it was forked from", () => {
    const forked = { forkedFrom: { sessionId: "s0", messageUuid: "x" } };
    const call = {
      message: { id: "m", content: [{ type: "tool_use", id: "toolu_f", name: "Bash", input: {} }] },
    };
    const { events } = eventsOf(
      [line("assistant", { ...forked, ...call }), result("toolu_f", "x", forked)].join("\n"),
    );
    expect(events[0]).toMatchObject({ session_id: "s0" });
  });
});

describe("a session of Claude Code 2.1.332 whose user answers, as it was recorded", () => {
  const file = "test/fixtures/coding-agents/claude-code-answered/session.jsonl";
  const { events, unknown, version } = eventsOf(readFileSync(file, "utf8"));

  test("has no line of an unknown type", () => {
    expect([version, unknown]).toEqual(["2.1.332", {}]);
  });

  test("has who refused what: a rule, a person in words of their own, a hook", () => {
    const refused = events.filter(({ approval_method: method, action_type: type, call_key: key }) => {
      return type === "decision" && method !== undefined && !String(key).endsWith(":decision");
    });
    expect(refused.map(({ approved_by: by, approval_method: method }) => `${by} ${method}`)).toEqual([
      "config rule",
      "user human",
      "hook hook",
    ]);
    expect(refused[1]).toMatchObject({ action_details: { decision_result: { reason: "Not that file" } } });
  });

  test("has the end of each prompt, also of a command of the program itself", () => {
    const runs = events.filter(({ kind }) => kind === "execution");
    expect(runs.map(({ status, user_prompt: prompt }) => [status, String(prompt).slice(0, 28)])).toEqual(
      [
        ["success", "PART A: do the work"],
        ["success", "PART B: plan it"],
        ["success", "<command-name>/compact</comma"],
        ["error", "PART C: it fails"],
      ].map(([status, prompt]) => [status, prompt?.slice(0, 28)]),
    );
    expect(runs.at(-1)).toMatchObject({ error_message: "API Error: 400 scripted invalid_request_error" });
  });

  test("has the compaction, and the error of the model's API with its status", () => {
    const named = (name: string) => events.find(({ action_name }) => action_name === name);
    expect(named("compaction")).toMatchObject({ action_details: { trigger: "manual", tokens_before: 130 } });
    expect(events.find(({ action_type: type }) => type === "error")).toMatchObject({ error_type: "400" });
  });
});

test("an older version, which says who refused a call in words alone, names its hooks too", () => {
  const session = "11111111-2222-4333-8444-555555555555";
  const line = (type: string, content: object[]) =>
    JSON.stringify({
      type,
      uuid: `${type}-1`,
      sessionId: session,
      timestamp: "2026-11-29T10:00:00Z",
      message: { role: type, content },
    });
  const said = "PreToolUse:Bash hook error: [guard.sh]: Not here";
  const { events } = eventsOf(
    [
      line("assistant", [{ type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "rm x" } }]),
      line("user", [{ type: "tool_result", tool_use_id: "toolu_1", is_error: true, content: said }]),
    ].join("\n"),
  );
  expect(events).toMatchObject([{ action_type: "decision", approval_method: "hook" }]);
});
