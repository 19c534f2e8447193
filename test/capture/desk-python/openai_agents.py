"""The help desk by the OpenAI Agents SDK, with a session, a hand-off that takes an input, and streaming."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from desk_app import close_ticket, count_tickets, export_all, notify, open_ticket, scripts, search_docs  # noqa: E402
from recorded_python import chosen, recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from agents import set_trace_processors
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    set_trace_processors([])
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


with recorded(
    {
        "openinference": ("openinference-instrumentation-openai-agents", openinference),
        "openllmetry": ("opentelemetry-instrumentation-openai-agents", openllmetry),
    },
    ["openai-agents"],
    scripts(
        hand_over=[wants(("c_over", "escalate_to_specialist", {"reason": "hard"}))],
        ask_expert=[wants(("c_expert", "ask_expert", {"input": "deep?"}))],
    ),
) as server:
    from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, handoff, trace
    from openai import AsyncOpenAI
    from pydantic import BaseModel

    client = AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0)
    # An unknown tool ends a run of this framework.
    server.scripts["lost"] = [server.scripts["triage"].pop(4), "done"]

    class Reason(BaseModel):
        reason: str

    def agent(name, tools=(), **more):
        return Agent(name=name, model=OpenAIChatCompletionsModel(model=name, openai_client=client), tools=[function_tool(one) if callable(one) else one for one in tools], **more)

    expert = agent("expert", [search_docs]).as_tool("ask_expert", "Asks the expert.")
    specialist = agent("specialist", [expert])

    async def noted(_context, _input):
        pass

    over = handoff(specialist, tool_name_override="escalate_to_specialist", on_handoff=noted, input_type=Reason)

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(getattr(result, "final_output", result))[:100])
        return result

    async def streamed(starting, text):
        result = Runner.run_streamed(starting, text, max_turns=20)
        async for _event in result.stream_events():
            pass
        return result

    async def main():
        triage = agent("triage", [search_docs, open_ticket, notify, count_tickets, export_all], handoffs=[over])
        with trace("help desk", group_id="case-7"):
            await attempt(streamed(triage, "vpn"))
        await attempt(Runner.run(agent("lost", [count_tickets]), "drop"))
        clerk = agent("clerk", [function_tool(close_ticket, needs_approval=True)])
        paused = await attempt(Runner.run(clerk, "close"))
        state = paused.to_state()
        state.reject(paused.interruptions[0], rejection_message="not today")
        await attempt(Runner.run(clerk, state))

    asyncio.run(main())
