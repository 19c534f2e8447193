"""Strands Agents: the shop as a swarm, a graph with two agents at once, a call that a hook cancels, a run that is cut off, a model that is down.
With the last argument `latest` by the newest conventions; behind OpenInference
without the graph and the run that is cut off."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
if "latest" in sys.argv:
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"

from recorded_python import chosen, recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import DECLINED, scripts  # noqa: E402



def openinference(provider):
    from openinference.instrumentation.strands_agents import StrandsAgentsToOpenInferenceProcessor

    # It changes spans in place, so that it comes before what records them.
    provider._active_span_processor._span_processors = (
        StrandsAgentsToOpenInferenceProcessor(),
        *provider._active_span_processor._span_processors,
    )


HAND_OVER = {"agent_name": "billing", "message": "refund order 9"}
told = scripts(hand_over=[wants(("call_handoff", "handoff_to_agent", HAND_OVER))])
for name, city in (("left", "Bonn"), ("right", "Oslo")):
    told[name] = [wants((f"call_{name}", "get_weather", {"city": city})), f"{name} done"]

CHOICES = {
    "own": (None, lambda _provider: None),
    "openinference": ("openinference-instrumentation-strands-agents", openinference),
}
with recorded(CHOICES, ["strands-agents"], told) as server:
    from strands import Agent, tool
    from strands.hooks import BeforeToolCallEvent
    from strands.models.openai import OpenAIModel
    from strands.multiagent import GraphBuilder, Swarm

    def model(name):
        return OpenAIModel(client_args={"base_url": server.url, "api_key": "none", "max_retries": 0}, model_id=name)

    @tool
    def get_weather(city: str) -> dict:
        """Gets the weather."""
        return {"city": city, "tempC": 21}

    @tool
    def charge(amount: int) -> str:
        """Charges a card."""
        raise ValueError(DECLINED)

    @tool
    def refund(order: int) -> dict:
        """Refunds an order."""
        return {"status": "error", "content": [{"text": "no such order"}]}

    @tool
    def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": get_weather(city=city)}

    @tool
    def lookup(key: str) -> str:
        """Looks a key up."""
        return f"value of {key}"

    @tool
    def pay(amount: int) -> str:
        """Pays an amount."""
        return f"paid {amount}"

    @tool
    async def wait(minutes: int) -> str:
        """Waits."""
        await asyncio.sleep(60 * minutes)

    def agent(name, tools=()):
        return Agent(model=model(name), name=name, tools=list(tools), callback_handler=None, trace_attributes={"session.id": "sess-7"}, retry_strategy=None)

    def deny(event):
        if event.tool_use["name"] == "pay":
            event.cancel_tool = "a person said no"

    async def more():
        builder = GraphBuilder()
        for name in ("left", "right"):
            builder.add_node(agent(name, [get_weather]), name)
            builder.set_entry_point(name)
        print((await builder.build().invoke_async("both")).status)
        try:
            await asyncio.wait_for(agent("slow", [wait]).invoke_async("wait"), 3)
        except TimeoutError:
            print("cut off")

    async def main():
        swarm = Swarm([agent("support", [get_weather, charge, refund, plan_trip]), agent("billing", [lookup])])
        print((await swarm.invoke_async("help Ada")).status)
        payer = agent("payer", [pay])
        payer.hooks.add_callback(BeforeToolCallEvent, deny)
        print(await payer.invoke_async("pay"))
        if chosen() == "own":
            await more()
        try:
            await agent("broken").invoke_async("x")
        except Exception as error:
            print(type(error).__name__, str(error)[:200])

    asyncio.run(main())
