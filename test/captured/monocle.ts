import { type Capture, called, failed } from "./capture.js";

const PLANNER = { agent: "planner", session: "session-5" };
const HOTELS = { agent: "hotels", session: "session-5" };

const made: Capture = {
  file: "monocle-made",
  title: "Monocle, made from its metamodel",
  source: "monocle",
  rows: [
    [
      "b10004",
      "tool_call",
      "get_weather",
      {
        ...PLANNER,
        details: called({ city: "Paris", days: [1, 2], exact: true, unit: null }, { temperature: 21 }),
      },
    ],
    [
      "b10005",
      "tool_call",
      "book_hotel",
      { ...HOTELS, details: called({ hotel: "Ada's", nights: 2 }, "Booked Ada's for 2 nights") },
    ],
    [
      "b10006",
      "tool_call",
      "pay",
      { ...PLANNER, error: ["Error", "card declined"], details: failed({ amount: 3 }, "card declined") },
    ],
    ["b10007", "tool_call", "pick", { ...PLANNER, details: called(["SFO", "BOM"], "picked") }],
    [
      "b10008",
      "decision",
      "hotels",
      {
        ...PLANNER,
        details: {
          decision_type: "handoff",
          decision_context: { from_agent: "planner" },
          decision_result: { to_agent: "hotels" },
        },
      },
    ],
    ["b10009", "tool_call", "list_rooms", { ...PLANNER, details: called({ floor: 2 }, ["201", "202"]) }],
    ["b20000", "success", "planner", { ...PLANNER, details: {} }],
  ],
  others: {
    "openai.resources.chat.completions.Completions.create": "the same call",
    "langchain.chat_models.base.BaseChatModel.ainvoke": "went well",
    "mcp.shared.session.BaseSession.send_request": "the same call",
    "langgraph.graph.state.CompiledStateGraph.ainvoke": "a step around",
    workflow: "a step around",
  },
  models: {
    b10002: { requested: [["book_flight", "call_flight", { to: "Paris" }]], answered: [] },
  },
};

export const CAPTURES: readonly Capture[] = [made];
