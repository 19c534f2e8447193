"""AutoGen's AgentChat: the shop as a swarm, a run that is cancelled, a model that is
down. AutoGen makes spans of its own for tools and agents; OpenInference adds to them."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.autogen_agentchat import AutogenAgentChatInstrumentor

    AutogenAgentChatInstrumentor().instrument(tracer_provider=provider)


def own(_provider):
    """Its spans go to the global provider."""


told = scripts(hand_over=[wants(("call_handoff", "transfer_to_billing", {}))])
# Every span has all messages so far: in several runs the file stays small.
steps = told["support"]
told["support"] = [*steps[:2], "TERMINATE", *steps[2:4], "TERMINATE", *steps[4:6], "TERMINATE", *steps[6:]]
told["billing"] = [told["billing"][0], "refunded TERMINATE"]
told["slow"] = [told["slow"][0], "TERMINATE"]

with recorded(
    {
        "openinference": ("openinference-instrumentation-autogen-agentchat", openinference),
        "own": (None, own),
    },
    ["autogen-agentchat", "autogen-core"],
    told,
) as server:
    from autogen_agentchat.agents import AssistantAgent
    from autogen_agentchat.conditions import TextMentionTermination
    from autogen_agentchat.teams import Swarm
    from autogen_core import CancellationToken
    from autogen_core.tools import FunctionTool
    from autogen_ext.models.openai import OpenAIChatCompletionClient

    weather = FunctionTool(get_weather, description="The weather of a city.")

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": await weather.run_json({"city": city}, CancellationToken())}

    waiting = asyncio.Event()

    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    def agent(name, tools, **more):
        info = {"vision": False, "function_calling": True, "json_output": False, "family": "unknown", "structured_output": False}
        client = OpenAIChatCompletionClient(model=name, base_url=server.url, api_key="none", model_info=info, max_retries=0)
        return AssistantAgent(name, model_client=client, tools=tools, max_tool_iterations=10, **more)

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(result.messages[-1].content if hasattr(result, "messages") else result)[:150])

    async def main():
        for _ in range(4):
            support = agent("support", [weather, charge, refund, plan_trip], handoffs=["billing"])
            billing = agent("billing", [lookup])
            team = Swarm([support, billing], termination_condition=TextMentionTermination("TERMINATE"), max_turns=6)
            await attempt(team.run(task="help Ada"))

        slow = asyncio.create_task(agent("slow", [wait]).run(task="wait"))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        await attempt(agent("broken", []).run(task="hello"))

    asyncio.run(main())
