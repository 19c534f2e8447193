import { Clerk, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/google-genai-python: a library without agents, of which the service is the only name; Gemini's calls have no ids.
const shop = new Clerk("shop-app");
const provider = { provider: "gemini" };
const UNFIT = ["TypeError", "get_weather() missing 1 required positional argument: 'city'"] as const;
const DOWN =
  "503 UNAVAILABLE. {'error': {'code': 503, 'message': 'upstream overloaded', 'status': 'UNAVAILABLE'}}";

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "Google GenAI SDK, OpenTelemetry's instrumentation",
    file: "pending/google-genai-otel",
    source: "gen-ai",
    rows: [
      ...shopCalls(
        shop,
        {
          paris: "87479c",
          rome: ["44ee97", "f7fe06"],
          charge: "d3362c",
          refund: "8374e2",
          trip: "29363f",
        },
        { ids: "nowhere" },
      ),
      // The library drops arguments that the function does not have.
      shop.failed("151b5e", "get_weather", undefined, {}, UNFIT, { unknown: ["call"] }),
      shop.called("045185", "ask_billing", undefined, [{ task: "refund order 9" }, "refunded"], {
        unknown: ["call"],
      }),
      shop.called("a43284", "lookup", undefined, LOOKUP, { unknown: ["call"] }),
      // An unknown function fails the whole call of the library.
      shop.broke("8869b0", ["KeyError", "'no_such_tool'"], {
        model_call: "generate_content lost",
        model: "lost",
        ...provider,
      }),
      shop.broke("a42ccc", ["503", DOWN], {
        model_call: "generate_content broken",
        model: "broken",
        ...provider,
      }),
    ],
    others: {},
  },
];
