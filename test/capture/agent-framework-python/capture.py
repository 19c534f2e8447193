"""The Microsoft Agent Framework: the shop with a hand-off, a call that a person denies, one that is cut off, a model that is down."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["ENABLE_INSTRUMENTATION"] = "true"
os.environ["ENABLE_SENSITIVE_DATA"] = "true"

from recorded_python import recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402


def own(_provider):
    from agent_framework.observability import enable_instrumentation, enable_sensitive_telemetry

    enable_instrumentation()
    enable_sensitive_telemetry()


def openinference(provider):
    from openinference.instrumentation.agent_framework import AgentFrameworkToOpenInferenceProcessor

    own(provider)
    # It changes spans in place, so that it comes before what records them.
    provider._active_span_processor._span_processors = (
        AgentFrameworkToOpenInferenceProcessor(),
        *provider._active_span_processor._span_processors,
    )


told = scripts(hand_over=[wants(("call_handoff", "handoff_to_billing", {}))])

CHOICES = {"own": (None, own), "openinference": ("openinference-instrumentation-agent-framework", openinference)}
LIBRARIES = ["agent-framework-core", "agent-framework-openai", "agent-framework-orchestrations"]
with recorded(CHOICES, LIBRARIES, told) as server:
    from agent_framework import Agent, AgentSession, tool
    from agent_framework.openai import OpenAIChatCompletionClient
    from agent_framework.orchestrations import HandoffBuilder
    from openai import AsyncOpenAI

    def agent(name, tools=()):
        client = AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0)
        return Agent(OpenAIChatCompletionClient(model=name, async_client=client), name=name, tools=list(tools), require_per_service_call_history_persistence=True)

    weather = tool(get_weather, approval_mode="never_require")

    @tool(approval_mode="never_require")
    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        await weather.invoke(arguments={"city": city})
        return {"city": city, "weather": {"city": city, "tempC": 21}}

    @tool(approval_mode="never_require")
    async def wait(minutes: int) -> str:
        """Waits."""
        await asyncio.sleep(60 * minutes)

    never = {"approval_mode": "never_require"}

    async def main():
        support = agent("support", [weather, tool(charge, **never), tool(refund, **never), plan_trip])
        billing = agent("billing", [tool(lookup, **never)])
        workflow = HandoffBuilder(name="shop", participants=[support, billing]).with_start_agent(support).add_handoff(support, [billing]).build()
        result = await workflow.run("help Ada")
        print(result.get_final_state())
        payer = agent("payer", [tool(pay, approval_mode="always_require")])
        session = AgentSession()
        first = await payer.run("pay", session=session)
        for request in first.user_input_requests:
            from agent_framework import Message

            print(await payer.run(Message("user", [request.to_function_approval_response(False)]), session=session))
        try:
            await asyncio.wait_for(agent("slow", [wait]).run("wait"), 3)
        except TimeoutError:
            print("cut off")
        try:
            await agent("broken").run("x")
        except Exception as error:
            print(type(error).__name__, str(error)[:200])

    asyncio.run(main())
