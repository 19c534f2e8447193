"""LlamaIndex's AgentWorkflow: the shop with a hand-off, a question to a person that is answered with no, a run that is cancelled, a model
that is down."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from opentelemetry.instrumentation.llamaindex import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=provider)


told = scripts(hand_over=[wants(("call_handoff", "handoff", {"to_agent": "billing", "reason": "refund order 9"}))])
# Every span has all messages so far: in several runs the file stays small.
steps = told["support"]
told["support"] = [*steps[:2], "done", *steps[2:4], "done", *steps[4:6], "done", *steps[6:]]

with recorded(
    {
        "openinference": ("openinference-instrumentation-llama-index", openinference),
        "openllmetry": ("opentelemetry-instrumentation-llamaindex", openllmetry),
    },
    ["llama-index-core"],
    told,
) as server:
    from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
    from llama_index.core.tools import FunctionTool
    from llama_index.core.workflow import Context, HumanResponseEvent, InputRequiredEvent
    from llama_index.llms.openai_like import OpenAILike

    weather = FunctionTool.from_defaults(get_weather)

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": (await weather.acall(city=city)).raw_output}

    async def pay(ctx: Context, amount: int) -> str:
        """Pays an amount."""
        asked = InputRequiredEvent(prefix=f"pay {amount}?")
        answer = await ctx.wait_for_event(HumanResponseEvent, waiter_id="pay", waiter_event=asked)
        return f"paid {amount}" if answer.response == "yes" else "refused"

    waiting = asyncio.Event()

    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    def agent(name, tools, **more):
        llm = OpenAILike(
            model=name, api_base=server.url, api_key="none", is_chat_model=True, is_function_calling_model=True, max_retries=0
        )
        return FunctionAgent(name=name, description=f"does {name}", tools=tools, llm=llm, streaming=False, **more)

    async def attempt(run):
        [result] = await asyncio.gather(run, return_exceptions=True)
        print(repr(result)[:150])

    async def main():
        for _ in range(4):
            support = agent("support", [weather, charge, refund, plan_trip], can_handoff_to=["billing"])
            await attempt(AgentWorkflow([support, agent("billing", [lookup])], root_agent="support").run(user_msg="help Ada"))

        run = agent("payer", [pay]).run(user_msg="pay")
        async for event in run.stream_events():
            if isinstance(event, InputRequiredEvent):
                run.ctx.send_event(HumanResponseEvent(response="no"))
        await attempt(run)

        slow = agent("slow", [wait]).run(user_msg="wait")
        await waiting.wait()
        await slow.cancel_run()
        await attempt(slow)

        await attempt(agent("broken", []).run(user_msg="hello"))

    asyncio.run(main())
