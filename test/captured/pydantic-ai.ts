import {
  type Capture,
  called,
  errorDetails,
  failed,
  HIDDEN_CALL,
  hiddenFailure,
  type Row,
  type Told,
} from "./capture.js";

// What test/capture/openinference-python/pydantic_ai_app.py does: as it is, by version 2 of its format, and without content.

interface Ids {
  readonly weather: string;
  readonly charge: string;
  readonly unfit: string;
  readonly lookup: string;
  readonly researcher: string;
  readonly ask: string;
  readonly support: string;
  readonly payer: string;
  readonly explode: string;
  readonly broken: string;
}

const DECLINED = "card declined: 4000";
const UNFIT = [
  { type: "missing", loc: ["city"], msg: "Field required", input: { town: "Paris" } },
  { type: "extra_forbidden", loc: ["town"], msg: "Extra inputs are not permitted", input: "Paris" },
];
const UNFIT_MESSAGE = `2 validation errors for get_weather
city
  Field required [type=missing, input_value={'town': 'Paris'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing
town
  Extra inputs are not permitted [type=extra_forbidden, input_value='Paris', input_type=str]
    For further information visit https://errors.pydantic.dev/2.14/v/extra_forbidden`;
const RETRY = "pydantic_ai.exceptions.ToolRetryError";
const INVALID = "pydantic_core._pydantic_core.ValidationError";

const conversation = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const used = (model: string, input_tokens: number, output_tokens: number) => ({
  model,
  input_tokens,
  output_tokens,
});

type Base = Pick<Told, "agent" | "session">;

function rowsOf(id: Ids, isHidden: boolean): readonly Row[] {
  const support = { agent: "support", session: conversation(2) };
  const researcher = { agent: "researcher", session: conversation(4) };
  const broken = { agent: "broken", session: conversation(8) };
  const ok = (row: Base, call: string, ...told: Parameters<typeof called>): Told => ({
    ...row,
    call,
    details: isHidden ? HIDDEN_CALL : called(...told),
  });
  // Without content the words of an error are not told either.
  const bad = (
    row: Base,
    call: string,
    type: string,
    message: string,
    ...[parameters, result]: unknown[]
  ): Told => ({
    ...row,
    call,
    error: [type, isHidden ? undefined : message],
    details: isHidden ? hiddenFailure() : failed(parameters, message, result ?? null),
    unknown: isHidden ? ["error"] : [],
  });
  return [
    [id.support, "success", "support", { ...support, details: used("mock-main", 329, 74) }],
    [
      id.weather,
      "tool_call",
      "get_weather",
      ok(support, "call_1", { city: "Paris" }, { city: "Paris", tempC: 21 }),
    ],
    // It asked the model to try again; what the model was told is the result.
    [id.charge, "tool_call", "charge", bad(support, "call_2", RETRY, DECLINED, { amount: 3 }, DECLINED)],
    [
      id.unfit,
      "tool_call",
      "get_weather",
      bad(support, "call_4", INVALID, UNFIT_MESSAGE, { town: "Paris" }, UNFIT),
    ],
    [id.ask, "tool_call", "ask_researcher", ok(support, "call_5", { question: "who?" }, "sub done")],
    [id.researcher, "success", "researcher", { ...researcher, details: used("mock-sub", 107, 12) }],
    [id.lookup, "tool_call", "lookup", ok(researcher, "call_s", { key: "k1" }, { key: "k1", value: 1 })],
    // It stopped before the tool that needs an approval.
    [
      id.payer,
      "success",
      "payer",
      { agent: "payer", session: conversation(6), details: used("mock-pay", 51, 4) },
    ],
    [id.explode, "tool_call", "explode", bad(broken, "call_7", "ValueError", "hard fail", {})],
    [
      id.broken,
      "error",
      "ValueError",
      {
        ...broken,
        error: ["ValueError", isHidden ? undefined : "hard fail"],
        details: isHidden
          ? { error_type: "ValueError", error_context: { run: "broken", ...used("mock-broken", 51, 2) } }
          : errorDetails("ValueError", "hard fail", { run: "broken", ...used("mock-broken", 51, 2) }),
        unknown: isHidden ? ["error"] : [],
      },
    ],
  ];
}

const IDS: Ids = {
  weather: "14ff10",
  charge: "c2b3ab",
  unfit: "c1ca96",
  lookup: "8dbc17",
  researcher: "ffff0a",
  ask: "f4c535",
  support: "b19f8f",
  payer: "d9153f",
  explode: "6569b7",
  broken: "559d74",
};
const IDS_FORMAT_2: Ids = {
  weather: "56203d",
  charge: "ef462b",
  unfit: "0a911f",
  lookup: "974f8c",
  researcher: "06b959",
  ask: "21a274",
  support: "eb17f0",
  payer: "9ce339",
  explode: "783c79",
  broken: "13ade2",
};

const wentWell = "a call of a model that went well";
const others = {
  "chat mock-main": wentWell,
  "chat mock-sub": wentWell,
  "chat mock-pay": wentWell,
  "chat mock-broken": wentWell,
};

// The call of the model after the unknown tool and the arguments that do not fit.
const MODELS: NonNullable<Capture["models"]> = {
  "29c806": {
    requested: [["ask_researcher", "call_5", { question: "who?" }]],
    answered: [
      [
        "call_3",
        "error",
        "Unknown tool name: 'no_such_tool'. Available tools: 'ask_researcher', 'charge', 'get_weather'",
        "no_such_tool",
      ],
      ["call_4", "unknown", UNFIT, "get_weather"],
    ],
  },
};

export const CAPTURES: readonly Capture[] = [
  { file: "pydantic-ai", source: "gen-ai", rows: rowsOf(IDS, false), others, models: MODELS },
  { file: "pydantic-ai-format-2", source: "gen-ai", rows: rowsOf(IDS_FORMAT_2, false), others },
  { file: "pydantic-ai-hidden", source: "gen-ai", rows: rowsOf(IDS, true), others },
];
