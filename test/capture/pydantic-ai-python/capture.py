"""Pydantic AI behind OpenInference, which adds its attributes to Pydantic AI's own spans: the shop, an agent as a tool, an approval that is
denied, a run that is cancelled, a model that is down."""

import asyncio
import os
import sys
from contextlib import contextmanager

sys.path.insert(0, sys.path[0] + "/..")
os.environ["OPENAI_API_KEY"] = "none"

from recorded_python import chosen, recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.pydantic_ai import OpenInferenceSpanProcessor

    provider.add_span_processor(OpenInferenceSpanProcessor())


def langfuse(provider):
    from langfuse import Langfuse
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    Langfuse(
        public_key="pk-none", secret_key="sk-none", base_url="http://127.0.0.1:9", tracer_provider=provider, span_exporter=InMemorySpanExporter()
    )


@contextmanager
def in_a_talk():
    """With Langfuse the first run is inside of an observation, which has a session and a user."""
    if chosen() != "langfuse":
        yield
        return
    from langfuse import get_client, propagate_attributes

    with get_client().start_as_current_observation(name="help-desk", as_type="chain", input={"who": "Ada"}) as root:
        with propagate_attributes(session_id="talk-9", user_id="ada"):
            yield
        root.update(output="done")


told = scripts(hand_over=[wants(("call_handoff", "ask_billing", {"task": "refund order 9"}))])
# What a tool raises ends a run of this framework.
told["failing"] = [told["support"].pop(2), "done"]

with recorded(
    {
        "openinference": ("openinference-instrumentation-pydantic-ai", openinference),
        "langfuse": ("langfuse", langfuse),
    },
    ["pydantic-ai-slim"],
    told,
) as server:
    from openai import AsyncOpenAI
    from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults, Tool, ToolDenied
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    Agent.instrument_all()
    provider = OpenAIProvider(openai_client=AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0))

    def agent(name, tools, **more):
        return Agent(OpenAIChatModel(name, provider=provider), name=name, tools=tools, retries=3, **more)

    billing = agent("billing", [lookup])

    async def ask_billing(task: str) -> str:
        """Asks billing."""
        return (await billing.run(task)).output

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": get_weather(city)}

    waiting = asyncio.Event()

    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(getattr(result, "output", result))[:150])
        return result

    async def main():
        with in_a_talk():
            await attempt(agent("support", [get_weather, refund, plan_trip, ask_billing]).run("help Ada", conversation_id="talk-1"))
        await attempt(agent("failing", [charge]).run("charge"))

        payer = agent("payer", [Tool(pay, requires_approval=True)], output_type=[str, DeferredToolRequests])
        asked = await attempt(payer.run("pay"))
        denied = DeferredToolResults(approvals={"call_pay": ToolDenied("too much")})
        await attempt(payer.run(message_history=asked.all_messages(), deferred_tool_results=denied))

        slow = asyncio.create_task(agent("slow", [wait]).run("wait"))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        await attempt(agent("broken", []).run("hello"))

    asyncio.run(main())
