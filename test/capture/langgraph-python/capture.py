"""LangGraph without create_agent: a graph of models and ToolNodes, two subgraphs side by side, an approval that is denied, a run that is
cancelled, a model that is down.

    python capture.py dump.json openinference|openllmetry|langsmith shop|runs
"""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import chosen, recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor

    LangchainInstrumentor().instrument(tracer_provider=provider)


def langsmith(_provider):
    """Its spans go to the global provider."""


if chosen() == "langsmith":
    os.environ.update(LANGSMITH_TRACING="true", LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true", LANGSMITH_API_KEY="none")

told = scripts(hand_over=[wants(("call_handoff", "to_billing", {}))])
# Every span has all messages so far: in several runs the file stays small.
steps = told["support"]
told["support"] = [*steps[:2], "done", *steps[2:4], "done", *steps[4:6], "done", *steps[6:]]
told["left"] = [wants(("call_left", "get_weather", {"city": "Bonn"})), "left done"]
told["right"] = [wants(("call_right", "get_weather", {"city": "Bonn"})), "right done"]

with recorded(
    {
        "openinference": ("openinference-instrumentation-langchain", openinference),
        "openllmetry": ("opentelemetry-instrumentation-langchain", openllmetry),
        "langsmith": ("langsmith", langsmith),
    },
    ["langgraph", "langchain-core"],
    told,
) as server:
    from typing import Annotated

    from langchain_core.messages import ToolMessage
    from langchain_core.tools import InjectedToolCallId, tool
    from langchain_openai import ChatOpenAI
    from langgraph.checkpoint.memory import MemorySaver
    from langgraph.graph import END, START, MessagesState, StateGraph
    from langgraph.prebuilt import ToolNode, tools_condition
    from langgraph.types import Command, interrupt

    weather = tool(get_weather)

    @tool
    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": await weather.ainvoke({"city": city})}

    @tool
    async def to_billing(tool_call_id: Annotated[str, InjectedToolCallId]) -> Command:
        """Hands over to billing."""
        return Command(goto="billing", update={"messages": [ToolMessage("over to billing", tool_call_id=tool_call_id)]})

    @tool
    async def pay(amount: int) -> str:
        """Pays an amount."""
        return f"paid {amount}" if interrupt({"ask": f"pay {amount}?"}) else "refused"

    waiting = asyncio.Event()

    @tool
    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    def model(name, tools):
        chat = ChatOpenAI(model=name, base_url=server.url, api_key="none", max_retries=0, use_responses_api=False)
        bound = chat.bind_tools(tools) if tools else chat

        async def ask(state):
            return {"messages": [await bound.ainvoke(state["messages"])]}

        return ask

    def add(graph, name, tools, node="tools"):
        """A model and the node of its tools, which goes back to it."""
        graph.add_node(name, model(name, tools))
        graph.add_node(node, ToolNode(tools, name=node, handle_tool_errors=True))
        graph.add_conditional_edges(name, tools_condition, {"tools": node, END: END})

    def single(name, tools, **more):
        graph = StateGraph(MessagesState)
        add(graph, name, tools)
        graph.add_edge(START, name)
        graph.add_edge("tools", name)
        return graph.compile(name=f"{name}_graph", **more)

    def shop():
        graph = StateGraph(MessagesState)
        add(graph, "support", [weather, tool(charge), tool(refund), plan_trip, to_billing])
        add(graph, "billing", [tool(lookup)], "billing_tools")
        graph.add_edge(START, "support")
        graph.add_conditional_edges("tools", lambda state: END if state["messages"][-1].content == "over to billing" else "support")
        graph.add_edge("billing_tools", "billing")
        return graph.compile(name="shop")

    def both():
        graph = StateGraph(MessagesState)
        for name in ("left", "right"):
            graph.add_node(f"{name}_node", single(name, [weather]))
            graph.add_edge(START, f"{name}_node")
        return graph.compile(name="both")

    def asks(text):
        return {"messages": [{"role": "user", "content": text}]}

    if chosen() == "langfuse":
        from langfuse.langchain import CallbackHandler

    def told_to():
        return {"callbacks": [CallbackHandler()]} if chosen() == "langfuse" else {}

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(result["messages"][-1].content if isinstance(result, dict) else result)[:100])

    thread = {"configurable": {"thread_id": "thread-1"}}

    async def help_ada():
        for _ in range(4):
            await attempt(shop().ainvoke(asks("help Ada"), {**thread, **told_to()}))

    async def other_runs():
        await attempt(both().ainvoke(asks("weather"), told_to()))

        payer = single("payer", [pay], checkpointer=MemorySaver())
        await attempt(payer.ainvoke(asks("pay"), {**thread, **told_to()}))
        await attempt(payer.ainvoke(Command(resume=False), {**thread, **told_to()}))

        slow = asyncio.create_task(single("slow", [wait]).ainvoke(asks("wait"), told_to()))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        await attempt(single("broken", [weather]).ainvoke(asks("hello"), told_to()))

    asyncio.run(help_ada() if sys.argv[3] == "shop" else other_runs())
    if chosen() == "langsmith":
        from langsmith.run_trees import get_cached_client

        get_cached_client().flush()
