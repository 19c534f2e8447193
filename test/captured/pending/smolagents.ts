import { BONN, Clerk, LOOKUP, type PendingCapture, shopCalls } from "./shop.js";

// test/capture/smolagents-python: steps are no actions; a managed agent is called by its run; a run that raises loses its span.
const [support, billing, coder] = ["support", "billing", "coder"].map((name) => new Clerk(name)) as [
  Clerk,
  Clerk,
  Clerk,
];
const orphan = new Clerk("shop-app", { unknown: ["agent"] });
const used = (turns: number) => ({ input_tokens: 10 * turns, output_tokens: 5 * turns });
const answered = (clerk: Clerk, id: string, call: string | undefined, answer: unknown) =>
  clerk.called(id, "final_answer", call, [{ answer }, answer]);

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "smolagents, OpenInference",
    file: "pending/smolagents-openinference",
    source: "openinference",
    rows: [
      support.ran("c0d5ad", used(9)),
      ...shopCalls(
        support,
        {
          paris: "d04181",
          rome: ["374032", "50f245"],
          charge: "ea47c9",
          refund: "c4318c",
          unknown: "call:call_unknown",
          args: "call:call_args",
          trip: "7acaef",
          lima: "1f51da",
        },
        {
          ids: "at the model",
          missing: [
            "unknown_tool",
            "Unknown tool no_such_tool, should be one of: get_weather, charge, refund, plan_trip, final_answer, billing.",
          ],
          unfit: ["invalid_arguments", "Argument town is not in the tool's input schema"],
        },
      ),
      billing.ran("42f5df", used(2)),
      billing.called("026aee", "lookup", "call_lookup", LOOKUP),
      answered(billing, "06c82b", "call_end_1", "refunded"),
      answered(support, "f80bfd", "call_end_8", "all done"),
      // Code calls tools without any id.
      coder.ran("fcc93a", used(1)),
      coder.called("48f477", "lookup", undefined, LOOKUP),
      coder.called("d0f8cc", "get_weather", undefined, BONN),
      answered(coder, "bcc582", undefined, BONN[1]),
      orphan.called("004ee1", "wait", "call_wait", [{ minutes: 60 }, "interrupted"]),
      orphan.broke(
        "ea13d8",
        ["openai.InternalServerError", "Error code: 503 - upstream overloaded"],
        { model_call: "OpenAIModel.generate" },
        { unknown: ["error_context"] },
      ),
    ],
    others: {},
    lost: ["the runs of slow, which was interrupted, and of broken"],
  },
];
