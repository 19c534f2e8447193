"""Agno: the shop as a team, an approval that is denied, a run that is cancelled, a model that is down, a workflow that breaks."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["AGNO_TELEMETRY"] = "false"

from recorded_python import chosen, recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.agno import AgnoInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from opentelemetry.instrumentation.agno import AgnoInstrumentor
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)


DELEGATE = {"member_id": "billing", "task": "refund order 9"}
told = scripts(hand_over=[wants(("call_handoff", "delegate_task_to_member", DELEGATE))])

with recorded(
    {
        "openinference": ("openinference-instrumentation-agno", openinference),
        "openllmetry": ("opentelemetry-instrumentation-agno", openllmetry),
    },
    ["agno"],
    told,
) as server:
    from agno.agent import Agent
    from agno.db.in_memory import InMemoryDb
    from agno.models.openai import OpenAIChat
    from agno.team import Team
    from agno.tools import tool
    from agno.workflow import Step, Workflow

    def model(name):
        return OpenAIChat(id=name, base_url=server.url, api_key="none", max_retries=0)

    def agent(name, tools, **more):
        return Agent(name=name, id=name, model=model(name), tools=tools, telemetry=False, session_id=f"session-{name}", **more)

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": get_weather(city)}

    waiting = asyncio.Event()

    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    async def run(coroutine):
        """Each in a context of its own, as servers do."""
        return await asyncio.create_task(coroutine)

    async def main():
        team = Team(
            name="support",
            id="support",
            model=model("support"),
            members=[agent("billing", [lookup])],
            tools=[get_weather, charge, refund, plan_trip],
            telemetry=False,
        )
        print((await run(team.arun("help Ada", session_id="session-support", user_id="ada"))).content)

        payer = agent("payer", [tool(requires_confirmation=True)(pay)], db=InMemoryDb())
        paused = await run(payer.arun("pay"))
        for requirement in paused.active_requirements:
            requirement.reject("too much")
        print((await run(payer.acontinue_run(run_id=paused.run_id, requirements=paused.requirements))).content)

        slow = asyncio.create_task(agent("slow", [wait]).arun("wait"))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        print((await run(agent("broken", []).arun("hello"))).content)

        def decide(_step):
            raise ValueError("nobody may decide")

        refunds = Workflow(name="refunds", steps=[Step(name="decide", executor=decide, max_retries=0)], telemetry=False)
        # OpenLIT gives back a generator where the workflow gives a coroutine.
        if chosen() != "openlit":
            print((await run(refunds.arun("order 9"))).status)

    asyncio.run(main())
