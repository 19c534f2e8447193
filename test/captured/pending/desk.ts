import type { Row, Told } from "../capture.js";
import { Clerk, denied, type PendingCapture, WITHOUT_SPAN } from "./shop.js";

// test/capture/desk-python: a help desk whose tools take several arguments, and give lists, nested objects, numbers and nothing.
const SEARCH = [{ query: "vpn", limit: 1 }, [{ id: 1, title: "about vpn" }]] as const;
const TICKET = { title: "VPN is down", tags: ["net", "vpn"] };
const OPEN = [TICKET, { id: "T-1", ...TICKET, owner: null, urgent: true }] as const;
const DEEP = [
  { query: "deep", limit: 2 },
  [
    { id: 1, title: "about deep" },
    { id: 2, title: "more on deep" },
  ],
] as const;
const QUOTA = "quota of 10 exports is used up";
const BAD = { limit: "many" };

interface DeskSpans {
  readonly search: string;
  readonly open: string;
  readonly notify: string;
  readonly count: string;
  readonly fail?: string;
  readonly bad: string;
  readonly expert: string;
  readonly deep: string;
}

interface DeskWords {
  readonly failure: readonly [type: string, message: string];
  readonly unfit: readonly [type: string, message: string];
  /** For what failed. */
  readonly failed?: Partial<Told>;
  readonly asks?: object;
  /** The result is a text, of which nobody can say whether it was a number. */
  readonly countsInWords?: boolean;
}

function calls(
  [triage, specialist, expert]: readonly [Clerk, Clerk, Clerk],
  spans: DeskSpans,
  { failure, unfit, failed = {}, asks = { input: "deep?" }, countsInWords = false }: DeskWords,
): Row[] {
  return [
    triage.called(spans.search, "search_docs", "c_search", SEARCH),
    triage.called(spans.open, "open_ticket", "c_open", OPEN),
    triage.called(spans.notify, "notify", "c_notify", [{ channel: "#it" }, null]),
    triage.called(
      spans.count,
      "count_tickets",
      "c_count",
      [{}, countsInWords ? "42" : 42],
      countsInWords ? { unknown: ["tool_result"] } : {},
    ),
    ...(spans.fail
      ? [triage.failed(spans.fail, "export_all", "c_export", { format: "csv" }, failure, failed)]
      : []),
    triage.failed(spans.bad, "search_docs", "c_bad", BAD, unfit, failed),
    specialist.called(spans.expert, "ask_expert", "c_expert", [asks, "read the manual"]),
    expert.called(spans.deep, "search_docs", "c_deep", DEEP),
  ];
}

const of = (told: Partial<Told>) => (name: string) => new Clerk(name, told);
const three = (named: (name: string) => Clerk) =>
  [named("triage"), named("specialist"), named("expert")] as const;
const NOT_SO = ["type", "name", "status"];

function openAiAgents(): readonly PendingCapture[] {
  const CANNOT_SAY = "Tool execution failed. Error details are redacted.";
  const redacted = {
    failure: ["Error", CANNOT_SAY],
    unfit: ["Error", CANNOT_SAY],
    failed: {
      details: { tool_result: "An error occurred while running the tool. Please try again." },
      unknown: ["error", "error_message"],
    },
  } as const;
  const untypedRun = { unknown: ["name", "error", "error_type"] };
  const named = of({ unknown: ["session"] });
  const people = three(named);
  const [triage, specialist, expert] = people;
  const workflow = named("Agent workflow");
  const openinference: PendingCapture = {
    title: "Help desk by OpenAI Agents, OpenInference",
    file: "pending/desk-openai-agents-openinference",
    source: "openinference",
    rows: [
      named("help desk").ran("5ba24f"),
      triage.ran("41ef45"),
      ...calls(
        people,
        {
          search: "52e1a1",
          open: "18e782",
          notify: "111a64",
          count: "ae0bd1",
          fail: "5a7b3b",
          bad: "82ba22",
          expert: "ba2fdb",
          deep: "8c4d79",
        },
        redacted,
      ),
      triage.decided(
        "c11e63",
        "handoff to specialist",
        undefined,
        ["handoff", { from_agent: "triage" }, { to_agent: "specialist" }],
        { unknown: ["call"] },
      ),
      specialist.ran("5d749b"),
      expert.ran("b9b93b"),
      workflow.ran("29dd08", {}, { unknown: NOT_SO }),
      named("lost").broke(
        "e7b9f4",
        ["Error", "Tool not found: {'tool_name': 'drop_tables'}"],
        { run: "lost" },
        untypedRun,
      ),
      workflow.ran("6f7372", {}, { unknown: ["interrupted"] }),
      named("clerk").ran("acc89c", {}, { unknown: ["interrupted"] }),
      named("clerk").called("1604cf", "close_ticket", "c_close", [{ id: "T-1" }, null], {
        unknown: ["interrupted"],
      }),
    ],
    others: {},
    lost: ["the run of clerk that went on, and the denied approval"],
  };

  const provider = { provider: "openai" };
  const Workflow = named("Agent Workflow");
  const openllmetry: PendingCapture = {
    title: "Help desk by OpenAI Agents, OpenLLMetry",
    file: "pending/desk-openai-agents-openllmetry",
    source: "traceloop",
    rows: [
      Workflow.ran("33126e", provider, { unknown: ["name", "agent"] }),
      triage.ran("4d9300", provider),
      ...calls(
        people,
        {
          search: "39444a",
          open: "d61464",
          notify: "082731",
          count: "1f904d",
          fail: "e77b05",
          bad: "779b4f",
          expert: "c6065a",
          deep: "25f887",
        },
        redacted,
      ),
      triage.decided("2d1f2a", "handoff", undefined, ["handoff", { from_agent: "triage" }, null], {
        unknown: ["call", "decision_result"],
      }),
      specialist.ran("06319f", provider),
      expert.ran("13accc", provider),
      Workflow.ran("24c377", provider, { unknown: NOT_SO }),
      named("lost").ran("ff87db", provider, { unknown: NOT_SO }),
      Workflow.ran("11d521", provider, { unknown: ["interrupted"] }),
      named("clerk").ran("e7c097", provider, { unknown: ["interrupted"] }),
      named("clerk").called("e8f68a", "close_ticket", undefined, [{ id: "T-1" }, null], {
        unknown: ["call", "interrupted"],
      }),
      named("clerk").ran("91a294", provider),
    ],
    others: {},
    lost: ["the denied approval, in the person's words alone"],
  };

  const inCase = of({ session: "case-7" });
  const inNone = of({ unknown: ["session"] });
  const staff = three(inCase);
  const openlit: PendingCapture = {
    title: "Help desk by OpenAI Agents, OpenLIT",
    file: "pending/desk-openai-agents-openlit",
    source: "gen-ai",
    rows: [
      inCase("help desk").ran("a84ae4", provider),
      staff[0].ran("1eb802", provider),
      ...calls(
        staff,
        {
          search: "23475c",
          open: "094b64",
          notify: "6ff841",
          count: "649ad6",
          fail: "d7c11a",
          bad: "495100",
          expert: "c63ae1",
          deep: "214584",
        },
        {
          failure: ["Error", QUOTA],
          unfit: ["Error", "Invalid JSON input for tool search_docs"],
          failed: { unknown: ["error"] },
        },
      ),
      staff[0].decided(
        "e43ed6",
        "handoff to specialist",
        undefined,
        ["handoff", { from_agent: "triage" }, { to_agent: "specialist" }],
        { unknown: ["call"] },
      ),
      staff[1].ran("ec3f10", provider),
      staff[2].ran("ef7d1b", provider),
      inNone("Agent workflow").ran("1c9136", provider, { unknown: NOT_SO }),
      inNone("lost").broke("ea6572", ["Error", "Tool not found"], { run: "lost", ...provider }, untypedRun),
      inNone("Agent workflow").ran("23e273", provider, { unknown: ["interrupted"] }),
      inNone("clerk").ran("6f0c87", provider, { unknown: ["interrupted"] }),
      inNone("clerk").called("dbbfdc", "close_ticket", "c_close", [{ id: "T-1" }, null], {
        unknown: ["interrupted"],
      }),
      inNone("clerk").ran("c7dfa9", provider),
    ],
    others: {},
    lost: ["the denied approval, in the person's words alone"],
  };
  return [openinference, openllmetry, openlit];
}

function agno(): PendingCapture {
  const inCase = of({ session: "case-7" });
  const [triage, specialist] = three(inCase);
  const expert = new Clerk("expert", { session: "00000000-0000-4000-8000-000000000020" });
  const clerk = new Clerk("clerk", { session: "case-8" });
  const unfit = `2 validation errors for search_docs
query
  Missing required argument [type=missing_argument, input_value=ArgsKwargs((), {'limit': 'many'}), input_type=ArgsKwargs]
    For further information visit https://errors.pydantic.dev/2.14/v/missing_argument
limit
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='many', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/int_parsing`;
  return {
    title: "Help desk by Agno, OpenInference",
    file: "pending/desk-agno-openinference",
    source: "openinference",
    rows: [
      triage.ran("13d8bc"),
      ...calls(
        [triage, specialist, expert],
        {
          search: "25315a",
          open: "0d9fd3",
          notify: "ca69d3",
          count: "aba85d",
          fail: "951bab",
          bad: "f98428",
          expert: "85e532",
          deep: "1430bd",
        },
        {
          failure: ["Error", QUOTA],
          unfit: ["Error", unfit],
          failed: { unknown: ["error"] },
          asks: { question: "deep?" },
          countsInWords: true,
        },
      ),
      triage.failed(
        "call:c_drop",
        "drop_tables",
        "c_drop",
        { sure: true },
        ["unknown_tool", "Error: The requested tool does not exist or is not available."],
        WITHOUT_SPAN,
      ),
      triage.called("6d65db", "delegate_task_to_member", "c_over", [
        { member_id: "specialist", task: "hard" },
        "fixed",
      ]),
      specialist.ran("83d620"),
      expert.ran("722476"),
      clerk.ran("1ff4f1", {}, { unknown: ["interrupted"] }),
      clerk.ran("3820b8"),
      // The person's no is marked as a call that failed.
      clerk.failed("call:c_close", "close_ticket", "c_close", { id: "T-1" }, ["tool_error", "not today"], {
        ...WITHOUT_SPAN,
        unknown: ["type", "error", "status", "success"],
      }),
    ],
    others: {},
  };
}

function langChain(): readonly PendingCapture[] {
  const inCase = of({ session: "case-7" });
  const people = three(inCase);
  const [triage, specialist, expert] = people;
  const failing = new Clerk("failing");
  const clerk = new Clerk("clerk", { session: "case-8" });
  const unfit = `2 validation errors for search_docs
query
  Field required [type=missing, input_value={'limit': 'many'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing
limit
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='many', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/int_parsing`;
  const missing =
    "Error: drop_tables is not a valid tool, try one of [search_docs, open_ticket, notify, count_tickets, transfer_to_specialist].";
  const rows = (
    spans: Pick<DeskSpans, "search" | "open">,
    [unfitType, quotaType]: readonly [string, string],
    failed: Partial<Told>,
    failedRun: Partial<Told>,
  ): Row[] => [
    inCase("desk").ran("f02ff4"),
    triage.ran("c2f0c8"),
    ...calls(
      people,
      { ...spans, notify: "b449fc", count: "99f2f4", bad: "ad42b7", expert: "98b78f", deep: "e250b1" },
      {
        failure: ["", ""],
        unfit: [unfitType, unfit],
        failed,
        asks: { question: "deep?" },
        countsInWords: true,
      },
    ),
    triage.decided("df9a4d", "transfer_to_specialist", "c_over", ["handoff", {}, { to_agent: "specialist" }]),
    specialist.ran("b39e2d"),
    expert.ran("c43a05"),
    failing.broke("cbc068", [quotaType, QUOTA], { run: "failing" }, failedRun),
    failing.failed("ec41ce", "export_all", "c_export", { format: "csv" }, [quotaType, QUOTA], failed),
    clerk.ran("61943e", {}, { unknown: ["interrupted"] }),
    clerk.ran("4fc768"),
    clerk.decided(
      "call:c_close",
      "close_ticket",
      "c_close",
      denied({ id: "T-1" }, "User rejected the tool call for `close_ticket` with reason: not today"),
      WITHOUT_SPAN,
    ),
  ];
  return [
    {
      title: "Help desk by LangChain, OpenInference",
      file: "pending/desk-langchain-openinference",
      source: "openinference",
      rows: [
        ...rows(
          { search: "59a271", open: "8830e3" },
          ["pydantic_core._pydantic_core.ValidationError", "desk_app.QuotaError"],
          {},
          {},
        ),
        triage.failed("3c9bc5", "drop_tables", "c_drop", { sure: true }, ["invalid_tool_call", missing]),
      ],
      others: {},
    },
    {
      title: "Help desk by LangChain, Langfuse",
      file: "pending/desk-langchain-langfuse",
      source: "langfuse",
      rows: [
        ...rows(
          { search: "797e6a", open: "965353" },
          ["Error", "Error"],
          { unknown: ["error"] },
          { unknown: ["name", "error", "error_type"] },
        ),
        triage.failed(
          "call:c_drop",
          "drop_tables",
          "c_drop",
          { sure: true },
          ["unknown_tool", missing],
          WITHOUT_SPAN,
        ),
      ],
      others: {},
    },
  ];
}

export const CAPTURES: readonly PendingCapture[] = [...openAiAgents(), agno(), ...langChain()];
