"""Strands Agents with a scripted model: calls, a failing tool, an unknown tool, an agent as a tool. Its older format (messages in events)
as it is; with the argument `latest` the one of today."""

import json
import os
import sys

latest = len(sys.argv) > 1
if latest:
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"

from opentelemetry import trace  # noqa: E402
from strands import Agent, tool  # noqa: E402
from strands.models.model import Model  # noqa: E402

from recorded import recorded  # noqa: E402


class Scripted(Model):
    def __init__(self, *answers):
        self.answers = list(answers)

    def update_config(self, **_config):
        pass

    def get_config(self):
        return {"model_id": "mock-main"}

    async def structured_output(self, *_args, **_kwargs):
        raise NotImplementedError
        yield

    async def stream(self, *_args, **_kwargs):
        answer = self.answers.pop(0)
        yield {"messageStart": {"role": "assistant"}}
        if isinstance(answer, str):
            yield {"contentBlockStart": {"start": {}}}
            yield {"contentBlockDelta": {"delta": {"text": answer}}}
            yield {"contentBlockStop": {}}
        else:
            for id, name, args in answer:
                yield {"contentBlockStart": {"start": {"toolUse": {"toolUseId": id, "name": name}}}}
                yield {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(args)}}}}
                yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "end_turn" if isinstance(answer, str) else "tool_use"}}
        usage = {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}
        yield {"metadata": {"usage": usage, "metrics": {"latencyMs": 1}}}


@tool
def get_weather(city: str) -> str:
    """The weather.

    Args:
        city: where
    """
    return f"sunny in {city}"


@tool
def charge(amount: int) -> str:
    """Charges.

    Args:
        amount: how much
    """
    raise ValueError("card declined: 4000")


@tool
def lookup(key: str) -> dict:
    """Looks up.

    Args:
        key: what
    """
    return {"status": "success", "content": [{"json": {"key": key, "value": 1}}]}


def program(provider):
    trace.set_tracer_provider(provider)
    researcher = Agent(
        model=Scripted([("call_s", "lookup", {"key": "k1"})], "sub done"),
        tools=[lookup],
        name="researcher",
        callback_handler=None,
    )

    @tool
    async def ask_researcher(question: str) -> str:
        """Asks.

        Args:
            question: what
        """
        return str(await researcher.invoke_async(question))

    support = Agent(
        model=Scripted(
            [("call_1", "get_weather", {"city": "Paris"}), ("call_2", "charge", {"amount": 3})],
            [("call_3", "no_such_tool", {"x": 1})],
            [("call_4", "ask_researcher", {"question": "who?"})],
            "done",
        ),
        tools=[get_weather, charge, ask_researcher],
        name="support",
        trace_attributes={"session.id": "sess-42"},
        callback_handler=None,
    )
    support("hello")


recorded("strands-latest" if latest else "strands", "gen-ai", ["strands-agents"], program)
