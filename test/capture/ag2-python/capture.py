"""AG2: the shop with its own telemetry, delegation to another agent, an approval that is denied, a run that is cancelled, a model that is
down."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def own(_provider):
    """Its middleware takes the global provider."""


told = scripts(hand_over=[wants(("call_handoff", "task_billing", {"objective": "refund order 9"}))])

with recorded({"own": (None, own)}, ["ag2"], told) as server:
    from ag2 import Agent, tool
    from ag2.config import OpenAIConfig
    from ag2.middleware.builtin import TelemetryMiddleware, approval_required

    def agent(name, tools, **more):
        config = OpenAIConfig(model=name, base_url=server.url, api_key="none", max_retries=0)
        telemetry = TelemetryMiddleware(agent_name=name, provider_name="openai", model_name=name)
        return Agent(name, config=config, tools=tools, middleware=[telemetry], **more)

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
        print(repr(getattr(result, "body", result))[:150])

    async def main():
        billing = agent("billing", [lookup]).as_tool(description="Refunds.")
        support = agent("support", [get_weather, charge, refund, plan_trip, billing])
        await attempt(support.ask("help Ada"))

        payer = agent("payer", [tool(pay, middleware=[approval_required()])], hitl_hook=lambda _event: "n")
        await attempt(payer.ask("pay"))

        slow = asyncio.create_task(agent("slow", [wait]).ask("wait"))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        await attempt(agent("broken", []).ask("hello"))

    asyncio.run(main())
