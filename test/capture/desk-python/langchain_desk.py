"""The help desk by LangChain's create_agent: agents as nodes of a graph, a tool that hands over, a person in the middle."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from desk_app import close_ticket, count_tickets, export_all, notify, open_ticket, scripts, search_docs  # noqa: E402
from recorded_python import chosen, recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor

    LangchainInstrumentor().instrument(tracer_provider=provider)


with recorded(
    {
        "openinference": ("openinference-instrumentation-langchain", openinference),
        "openllmetry": ("opentelemetry-instrumentation-langchain", openllmetry),
    },
    ["langchain", "langgraph", "langchain-core"],
    scripts(
        hand_over=[wants(("c_over", "transfer_to_specialist", {}))],
        ask_expert=[wants(("c_expert", "ask_expert", {"question": "deep?"}))],
    ),
) as server:
    from typing import Annotated

    from langchain.agents import create_agent
    from langchain.agents.middleware import HumanInTheLoopMiddleware
    from langchain_core.messages import ToolMessage
    from langchain_core.tools import InjectedToolCallId, tool
    from langchain_openai import ChatOpenAI
    from langgraph.checkpoint.memory import MemorySaver
    from langgraph.graph import START, MessagesState, StateGraph
    from langgraph.types import Command

    def model(name):
        return ChatOpenAI(model=name, base_url=server.url, api_key="none", max_retries=0, use_responses_api=False)

    def catching(function):
        made = tool(function)
        made.handle_tool_error = True
        return made

    @tool
    def transfer_to_specialist(tool_call_id: Annotated[str, InjectedToolCallId]) -> Command:
        """Hands over to the specialist."""
        told = ToolMessage("over to specialist", tool_call_id=tool_call_id, name="transfer_to_specialist")
        return Command(goto="specialist", graph=Command.PARENT, update={"messages": [told]})

    expert = create_agent(model("expert"), [tool(search_docs)], name="expert")

    @tool
    async def ask_expert(question: str) -> str:
        """Asks the expert."""
        answer = await expert.ainvoke({"messages": [{"role": "user", "content": question}]})
        return answer["messages"][-1].content

    def told_to(**more):
        config = {"configurable": more} if more else {}
        if chosen() == "langfuse":
            from langfuse.langchain import CallbackHandler

            config["callbacks"] = [CallbackHandler()]
        return config

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(result["messages"][-1].content if isinstance(result, dict) else result)[:100])

    async def main():
        # A tool that raises ends a run here.
        steps = server.scripts["triage"]
        server.scripts["failing"] = [steps.pop(3), "done"]
        graph = StateGraph(MessagesState)
        tools = [tool(one) for one in (search_docs, open_ticket, notify, count_tickets)]
        graph.add_node("triage", create_agent(model("triage"), [*tools, transfer_to_specialist], name="triage"))
        graph.add_node("specialist", create_agent(model("specialist"), [ask_expert], name="specialist"))
        graph.add_edge(START, "triage")
        desk = graph.compile(name="desk")
        await attempt(desk.ainvoke({"messages": [{"role": "user", "content": "vpn"}]}, told_to(thread_id="case-7")))

        failing = create_agent(model("failing"), [tool(export_all)], name="failing")
        await attempt(failing.ainvoke({"messages": [{"role": "user", "content": "export"}]}, told_to()))

        asks = HumanInTheLoopMiddleware(interrupt_on={"close_ticket": True})
        clerk = create_agent(model("clerk"), [tool(close_ticket)], name="clerk", middleware=[asks], checkpointer=MemorySaver())
        await attempt(clerk.ainvoke({"messages": [{"role": "user", "content": "close"}]}, told_to(thread_id="case-8")))
        no = {"decisions": [{"type": "reject", "message": "not today"}]}
        await attempt(clerk.ainvoke(Command(resume=no), told_to(thread_id="case-8")))

    asyncio.run(main())
