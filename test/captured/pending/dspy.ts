import type { Row } from "../capture.js";
import { Clerk, DECLINED, LIMA, LOOKUP, PARIS, type PendingCapture, REFUSED, TRIP } from "./shop.js";

// test/capture/dspy-python: a program is a module, and its models ask in words of their own, without ids of calls.
const [support, billing, cashier, broken] = ["Support", "Billing", "Cashier", "Broken"].map(
  (name) => new Clerk(name),
) as [Clerk, Clerk, Clerk, Clerk];
const finish = (id: string, clerk: Clerk): Row => clerk.called(id, "finish", undefined, [{}, "Completed."]);
const DOWN = ["ConnectionError", "503 upstream overloaded"] as const;

export const CAPTURES: readonly PendingCapture[] = [
  {
    title: "DSPy, OpenInference",
    file: "pending/dspy-openinference",
    source: "openinference",
    rows: [
      support.ran("85abeb"),
      support.called("e4b545", "get_weather", undefined, PARIS),
      support.failed("808e44", "charge", undefined, { amount: 3 }, DECLINED),
      support.failed("f4636e", "refund", undefined, { order: 9 }, ["tool_error", "no such order"], {
        details: { tool_result: REFUSED },
      }),
      support.failed("b6140c", "get_weather", undefined, { town: "Oslo" }, [
        "ValueError",
        "Arg town is not in the tool's args.",
      ]),
      support.called("6376f0", "plan_trip", undefined, TRIP),
      support.called("363e79", "get_weather", undefined, LIMA),
      support.called("1714a9", "ask_billing", undefined, [{ task: "refund order 9" }, "all done"]),
      // A module that another's tool runs is no root, and the agent for what is done inside.
      billing.called("251a75", "lookup", undefined, LOOKUP),
      finish("a7fc00", billing),
      finish("0400e7", support),
      cashier.broke("631251", DECLINED),
      cashier.failed("44817a", "charge", undefined, { amount: 4 }, DECLINED),
      broken.broke("62baab", DOWN),
      broken.broke("da809b", DOWN, { model_call: "dummy", model: "dummy" }),
    ],
    others: {},
  },
];
