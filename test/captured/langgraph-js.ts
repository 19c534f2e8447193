import type { Capture, Told } from "./capture.js";
import { BONN, Clerk, handedOver, LIMA, LOOKUP, shopCalls } from "./pending/shop.js";

// test/capture/langgraph: the graphs of test/capture/langgraph-python in JavaScript.
const thread = (name: string, session?: string, more: Partial<Told> = {}) =>
  new Clerk(name, { ...(session !== undefined && { session }), ...more });
// Which span is which of the calls, by the names on the way down.
const BY_NAMES = {
  roots: ["41dc3f", "e272fd", "1db083", "c45bb5"],
  paris: "79b623",
  rome: ["0e9721", "706b97"],
  charge: "875d81",
  refund: "198d48",
  trip: "2432ce",
  lima: "413950",
} as const;
const NOT_FOUND = 'Error: Tool "no_such_tool" not found.\n Please fix your mistakes.';
const UNFIT_IN_JS =
  "Error: Received tool input did not match expected schema\n\n✖ Invalid input: expected string, received undefined\n  → at city\n Please fix your mistakes.";
const javascript = {
  declined: ["TypeError", "card declined: 4000"],
  unfit: ["invalid_tool_call", UNFIT_IN_JS],
  missing: ["invalid_tool_call", NOT_FOUND],
} as const;

const GOOD_CALL = "a call of a model that went well";
const steps = (reason: string, names: string, prefix = ""): Record<string, string> =>
  Object.fromEntries(names.split(" ").map((name) => [prefix + name, reason]));

function javascriptOpeninference(): Capture {
  const graph = thread("shop", "thread-1");
  const payer = thread("payer_graph", "thread-2");
  return {
    title: "LangGraph (JavaScript), OpenInference",
    file: "langgraph-js-openinference",
    source: "openinference",
    rows: [
      ...BY_NAMES.roots.map((id) => graph.ran(id)),
      // No tool ran for two of them: the step around tells of these.
      ...shopCalls(
        graph,
        { ...BY_NAMES, unknown: "9be42a", args: "d50bec", lima: "" },
        { ids: "on spans", ...javascript },
      ),
      // The only argument is written without its name, and no model asked for the call inside `plan_trip`.
      graph.called(BY_NAMES.lima, "get_weather", undefined, ["Lima", LIMA[1]], {
        unknown: ["tool_parameters"],
      }),
      graph.decided("020700", "to_billing", "call_handoff", handedOver({})),
      graph.called("165ffd", "lookup", "call_lookup", LOOKUP),
      thread("both").ran("b2b682"),
      thread("left_graph").called("8e47bc", "get_weather", "call_left", BONN),
      thread("right_graph").called("c4097c", "get_weather", "call_right", BONN),
      payer.ran("89d98c"),
      payer.called("a69689", "pay", "call_pay", [{ amount: 9 }, null], { details: { interrupted: true } }),
      payer.ran("a51706"),
      payer.called("8071d3", "pay", "call_pay", [{ amount: 9 }, "refused"]),
      // The spans around never ended, for the run was aborted; only the name of the service is left.
      thread("shop-app", undefined, { unknown: ["agent"] }).failed(
        "594f62",
        "wait",
        "call_wait",
        { minutes: 60 },
        ["Error", "nobody waits"],
      ),
      thread("broken_graph").broke("e8997e", ["Error", "503 upstream overloaded"]),
      thread("broken_graph").broke("c264c5", ["Error", "503 upstream overloaded"], {
        model_call: "broken",
        model: "broken",
      }),
    ],
    others: {
      ScriptedModel: GOOD_CALL,
      ...steps(
        "a span of the kind CHAIN is a step",
        "__start__ RunnableLambda support tools billing billing_tools left right left_graph right_graph left_node right_node payer slow broken",
      ),
    },
  };
}

// Every span is a trace of its own, and neither graph nor thread has a name on any.
function javascriptTraceloop(): Capture {
  const somebody = new Clerk("shop-app", { unknown: ["agent", "session"] });
  const tool = { details: { tool_class: "DynamicStructuredTool" } };
  const graph = (id: string) =>
    somebody.ran(id, { workflow_class: "CompiledStateGraph" }, { unknown: ["name"] });
  const unnamed = { ...tool, unknown: ["name", "call"] };
  return {
    title: "LangGraph (JavaScript), Traceloop",
    file: "langgraph-js-traceloop",
    source: "traceloop",
    rows: [
      ...["37d143", "c1927a", "ffe44d", "a5927f", "b8eaac", "82e238", "0db2d4", "72dee0", "30cd59"].map(
        graph,
      ),
      ...shopCalls(
        somebody,
        {
          paris: "0fd612",
          rome: ["9ac0ae", "da2181"],
          refund: "767033",
          unknown: "3b209d",
          args: "09a179",
          trip: "8454b9",
        },
        { ids: "on spans", ...javascript },
      ),
      // Only the message that a tool gives has its name.
      somebody.called("16e372", "unnamed", undefined, LIMA, unnamed),
      somebody.failed(
        "93e3fb",
        "unnamed",
        undefined,
        { amount: 3 },
        ["TypeError", "card declined: 4000"],
        unnamed,
      ),
      somebody.decided("8d7cff", "handoff to billing", "call_handoff", handedOver({}), {
        ...tool,
        unknown: ["name"],
      }),
      somebody.called("976473", "lookup", "call_lookup", LOOKUP),
      somebody.called("8aa704", "get_weather", "call_left", BONN),
      somebody.called("b221f9", "get_weather", "call_right", BONN),
      somebody.called("76c310", "unnamed", undefined, [{ amount: 9 }, null], {
        details: { tool_class: "DynamicStructuredTool", interrupted: true },
        unknown: ["name", "call"],
      }),
      somebody.called("faab12", "pay", "call_pay", [{ amount: 9 }, "refused"]),
      somebody.failed("328f3c", "unnamed", undefined, { minutes: 60 }, ["Error", "nobody waits"], unnamed),
      somebody.broke("63e742", ["Error", "503 upstream overloaded"], {
        workflow_class: "CompiledStateGraph",
      }),
      somebody.broke("6e9df1", ["Error", "503 upstream overloaded"], {
        model_call: "chat broken",
        model: "broken",
        provider: "langchain",
      }),
    ],
    others: {
      ...steps("is a step of LangChain", "RunnableSequence RunnableLambda", "workflow "),
      ...steps(GOOD_CALL, "support billing left right payer slow", "chat "),
    },
  };
}

export const CAPTURES: readonly Capture[] = [javascriptOpeninference(), javascriptTraceloop()];
