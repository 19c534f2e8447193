import type { Row } from "../capture.js";
import { Clerk, denied, LIMA, LOOKUP, PARIS, type PendingCapture, REFUSED, ROME, TRIP } from "./shop.js";

// test/capture/beeai-python: requirement agents, which end by calling a tool (`final_answer`). Spans of events are no actions.
const [support, billing, payer, slow, broken] = ["support", "billing", "payer", "slow", "broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk, Clerk];
const at = "call";
const final = (id: string, clerk: Clerk, number: number, response: string): Row =>
  clerk.called(id, "final_answer", `call_final_${number}`, [{ response }, "Message has been sent"]);
const twin = { unknown: [at] };
const DOWN = ["beeai_framework.backend.errors.ChatModelError", "Chat Model error"] as const;
const UNFIT = `Tool input validation error
  ValidationError(pydantic_core._pydantic_core): 1 validation error for get_weather`;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "BeeAI, OpenInference",
    file: "pending/beeai-openinference",
    source: "openinference",
    rows: [
      ...["052118", "b129bf", "ebfb3d", "621ade"].map((id) => support.ran(id)),
      support.called("223d55", "get_weather", "call_paris", PARIS),
      support.called("1c9eaf", "get_weather", undefined, ROME, twin),
      support.called("68eca1", "get_weather", undefined, ROME, twin),
      final("36996e", support, 1, "done"),
      // The framework's error is around the tool's, which stands in the last lines of what it writes.
      support.failed("6a4f1a", "charge", "call_charge", { amount: 3 }, ["ValueError", "card declined: 4000"]),
      support.failed("71a60f", "refund", "call_refund", { order: 9 }, ["tool_error", "no such order"], {
        details: { tool_result: REFUSED },
      }),
      final("9f262e", support, 2, "done"),
      support.failed("b7a158", "get_weather", "call_args", { town: "Oslo" }, [
        "beeai_framework.tools.errors.ToolInputValidationError",
        UNFIT,
      ]),
      final("e6947a", support, 3, "done"),
      support.called("942628", "plan_trip", "call_trip", TRIP),
      support.called("53c350", "get_weather", undefined, LIMA),
      support.called("a851d6", "billing", "call_handoff", [{ task: "refund order 9" }, "refunded"]),
      billing.ran("88b94d"),
      billing.called("efd882", "lookup", "call_lookup", LOOKUP),
      final("69e898", billing, 1, "refunded"),
      final("6c3668", support, 4, "all done"),
      payer.ran("20f659"),
      payer.decided(
        "dbc0b4",
        "pay",
        "call_pay",
        denied({ amount: 9 }, "This tool is not allowed to be used."),
      ),
      final("2ef3c2", payer, 1, "not paid"),
      // Cancelled: no span of it says anything.
      slow.ran("cb2f34", {}, { unknown: ["type", "name", "status"] }),
      slow.called("e6acf7", "wait", "call_wait", [{ minutes: 60 }, null], {
        unknown: ["status", "success", "error"],
      }),
      broken.broke("c04bce", DOWN),
      broken.broke("a0afb0", DOWN, { model_call: "broken", model: "broken", provider: "openai" }),
    ],
    others: {},
    lost: ["the unknown tool"],
  },
];
