"""smolagents with a scripted model, behind OpenInference: calls by name, a failing tool, an unknown tool, a managed agent."""

from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import Model, ToolCallingAgent, tool
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole

from recorded import recorded


class Scripted(Model):
    def __init__(self, *answers):
        super().__init__(model_id="mock-main")
        self.answers = list(answers)

    def generate(self, _messages, **_kwargs):
        calls = [
            ChatMessageToolCall(id=id, type="function", function=ChatMessageToolCallFunction(name=name, arguments=args))
            for id, name, args in self.answers.pop(0)
        ]
        return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=calls)


@tool
def get_weather(city: str) -> dict:
    """Gets the weather.

    Args:
        city: where
    """
    return {"city": city, "tempC": 21}


@tool
def charge(amount: int) -> str:
    """Charges a card.

    Args:
        amount: how much
    """
    raise ValueError("card declined: 4000")


@tool
def lookup(key: str) -> str:
    """Looks something up.

    Args:
        key: what
    """
    return f"value of {key}"


def program(provider):
    SmolagentsInstrumentor().instrument(tracer_provider=provider)
    researcher = ToolCallingAgent(
        tools=[lookup],
        model=Scripted([("call_s", "lookup", {"key": "k1"})], [("call_f", "final_answer", {"answer": "sub done"})]),
        name="researcher",
        description="finds things",
        verbosity_level=0,
    )
    support = ToolCallingAgent(
        tools=[get_weather, charge],
        model=Scripted(
            [("call_1", "get_weather", {"city": "Paris"})],
            [("call_2", "charge", {"amount": 3})],
            [("call_3", "no_such_tool", {"x": 1})],
            [("call_4", "researcher", {"task": "who?"})],
            [("call_5", "final_answer", {"answer": "done"})],
        ),
        managed_agents=[researcher],
        name="support",
        description="helps",
        verbosity_level=0,
    )
    support.run("hello")


recorded(
    "openinference-smolagents",
    "openinference",
    ["openinference-instrumentation-smolagents", "smolagents"],
    program,
)
