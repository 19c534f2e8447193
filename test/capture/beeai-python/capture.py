"""BeeAI: the shop as requirement agents with a hand-off, a permission that is denied, a run that is cancelled, a model that is down."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "true"
os.environ["OPENAI_API_KEY"] = "none"

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.beeai import BeeAIInstrumentor

    BeeAIInstrumentor().instrument(tracer_provider=provider)


def final(steps):
    """An agent of BeeAI ends by calling a tool."""
    number = iter(range(1, 9))
    return [wants((f"call_final_{next(number)}", "final_answer", {"response": step})) if isinstance(step, str) else step for step in steps]


told = scripts(hand_over=[wants(("call_handoff", "billing", {"task": "refund order 9"}))])
# Every span has all messages so far: in several runs the file stays small.
steps = told["support"]
told["support"] = [*steps[:2], "done", *steps[2:4], "done", *steps[4:6], "done", *steps[6:]]
told = {name: final(steps) for name, steps in told.items()}

with recorded(
    {"openinference": ("openinference-instrumentation-beeai", openinference)},
    ["beeai-framework"],
    told,
) as server:
    from beeai_framework.adapters.openai import OpenAIChatModel
    from beeai_framework.agents.requirement import RequirementAgent
    from beeai_framework.agents.requirement.requirements.ask_permission import AskPermissionRequirement
    from beeai_framework.tools import JSONToolOutput, StringToolOutput, tool
    from beeai_framework.tools.handoff import HandoffTool

    def made(function):
        def call(**arguments):
            result = function(**arguments)
            return StringToolOutput(result) if isinstance(result, str) else JSONToolOutput(result)

        call.__name__, call.__doc__, call.__annotations__ = function.__name__, function.__doc__, function.__annotations__
        call.__signature__ = __import__("inspect").signature(function)
        return tool(call)

    weather = made(get_weather)

    @tool
    async def plan_trip(city: str) -> JSONToolOutput:
        """Plans a trip."""
        return JSONToolOutput({"city": city, "weather": (await weather.run({"city": city})).result})

    waiting = asyncio.Event()

    @tool
    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    def agent(name, tools, **more):
        llm = OpenAIChatModel(name, base_url=server.url, api_key="none", stream=False, allow_parallel_tool_calls=True)
        return RequirementAgent(name=name, description=f"does {name}", llm=llm, tools=tools, tool_call_checker=False, **more)

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(result.last_message.text if hasattr(result, "last_message") else result)[:150])

    async def run(agent, text):
        return await agent.run(text, max_retries_per_step=1, total_max_retries=3)

    async def main():
        for _ in range(4):
            billing = HandoffTool(agent("billing", [made(lookup)]))
            support = agent("support", [weather, made(charge), made(refund), plan_trip, billing])
            await attempt(run(support, "help Ada"))

        async def no(_tool, _input):
            return False

        await attempt(run(agent("payer", [made(pay)], requirements=[AskPermissionRequirement(["pay"], handler=no)]), "pay"))

        async def slow():
            return await agent("slow", [wait]).run("wait")

        task = asyncio.create_task(slow())
        await waiting.wait()
        task.cancel()
        print(await asyncio.gather(task, return_exceptions=True))

        await attempt(run(agent("broken", []), "hello"))

    asyncio.run(main())
