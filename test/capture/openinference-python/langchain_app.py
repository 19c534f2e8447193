"""LangChain and LangGraph for Python with a scripted model, behind OpenInference: parallel calls, an unknown tool, arguments that do not
fit, a failing tool, an interrupt and a hand-off. Twice: as it is, and with inputs and outputs hidden."""

import sys
from typing import Annotated

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Command, interrupt
from openinference.instrumentation import TraceConfig
from openinference.instrumentation.langchain import LangChainInstrumentor

from recorded import recorded


class Scripted(BaseChatModel):
    answers: list

    @property
    def _llm_type(self):
        return "scripted"

    def bind_tools(self, _tools, **_kwargs):
        return self

    def _generate(self, _messages, stop=None, run_manager=None, **_kwargs):
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            message = AIMessage(answer)
        else:
            message = AIMessage("", tool_calls=[{"id": id, "name": name, "args": args} for id, name, args in answer])
        message.usage_metadata = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        return ChatResult(generations=[ChatGeneration(message=message)])


@tool
def get_weather(city: str) -> dict:
    """The weather."""
    return {"city": city, "tempC": 21}


@tool
def book(city: str, nights: int) -> str:
    """Books."""
    return f"booked {nights} nights in {city}"


@tool
def charge(amount: int) -> str:
    """Charges."""
    raise ValueError("card declined: 4000")


@tool
def pay(amount: int) -> str:
    """Pays."""
    return "paid" if interrupt({"question": f"pay {amount}?"}) == "yes" else "refused"


@tool
def transfer_to_billing(why: str, call_id: Annotated[str, InjectedToolCallId]) -> Command:
    """Hands over."""
    told = ToolMessage("transferred", tool_call_id=call_id, name="transfer_to_billing")
    return Command(goto="billing", graph=Command.PARENT, update={"messages": [told]})


HELLO = {"messages": [{"role": "user", "content": "hello"}]}


def runs():
    support = create_agent(
        Scripted(
            answers=[
                [("call_1", "get_weather", {"city": "Paris"}), ("call_2", "book", {"city": "Paris", "nights": 2})],
                [("call_3", "no_such_tool", {"x": 1})],
                [("call_4", "book", {"city": "Paris", "nights": "two"})],
                "done",
            ]
        ),
        tools=[get_weather, book],
        name="support",
    )
    support.invoke(HELLO, {"configurable": {"thread_id": "thread-42"}})

    cashier = create_agent(Scripted(answers=[[("call_5", "charge", {"amount": 3})]]), tools=[charge], name="cashier")
    try:
        cashier.invoke(HELLO)
    except ValueError:
        pass

    payer = create_agent(
        Scripted(answers=[[("call_6", "pay", {"amount": 100})], "done"]),
        tools=[pay],
        name="payer",
        checkpointer=InMemorySaver(),
    )
    config = {"configurable": {"thread_id": "thread-7"}}
    payer.invoke(HELLO, config)
    payer.invoke(Command(resume="yes"), config)

    front = create_agent(
        Scripted(answers=[[("call_7", "transfer_to_billing", {"why": "invoice"})]]),
        tools=[transfer_to_billing],
        name="front_desk",
    )
    billing = create_agent(
        Scripted(answers=[[("call_8", "get_weather", {"city": "Rome"})], "paid"]), tools=[get_weather], name="billing"
    )
    graph = StateGraph(MessagesState)
    graph.add_node("front_desk", front)
    graph.add_node("billing", billing)
    graph.add_edge(START, "front_desk")
    graph.add_edge("billing", END)
    graph.compile(name="desk").invoke(HELLO)


hidden = TraceConfig(hide_inputs=True, hide_outputs=True)
for name, config in [("openinference-langchain-python", None), ("openinference-langchain-python-hidden", hidden)]:

    def program(provider):
        LangChainInstrumentor().instrument(tracer_provider=provider, **({"config": config} if config else {}))
        runs()
        LangChainInstrumentor().uninstrument()

    recorded(
        name,
        "openinference",
        ["openinference-instrumentation-langchain", "langchain", "langchain-core", "langgraph"],
        program,
    )
sys.stdout.flush()
