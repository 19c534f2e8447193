"""The OpenAI Agents SDK: the shop with a hand-off, a guardrail that trips, an approval that is denied, a run that is cancelled."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from agents import set_trace_processors
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    # Without the one that sends traces to OpenAI.
    set_trace_processors([])
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


def otel(provider):
    from agents import set_trace_processors
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    set_trace_processors([])
    # Of OpenTelemetry itself; OpenLLMetry's has the same module, so that this one is in an environment of its own.
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


def logfire(provider):
    import logfire
    from agents import set_trace_processors

    set_trace_processors([])
    logfire.configure(
        send_to_logfire=False,
        console=False,
        service_name="shop-app",
        inspect_arguments=False,
        additional_span_processors=[*provider._active_span_processor._span_processors],
    )
    logfire.instrument_openai_agents()


told = scripts(hand_over=[wants(("call_handoff", "transfer_to_billing", {}))])
# An unknown tool ends a run of this framework.
told["lost"] = [told["support"].pop(4), "done"]

with recorded(
    {
        "openinference": ("openinference-instrumentation-openai-agents", openinference),
        "openllmetry": ("opentelemetry-instrumentation-openai-agents", openllmetry),
        "logfire": ("logfire", logfire),
        "otel": ("opentelemetry-instrumentation-openai-agents-v2", otel),
    },
    ["openai-agents"],
    told,
) as server:
    from agents import Agent, GuardrailFunctionOutput, ModelSettings, OpenAIChatCompletionsModel, RunConfig, Runner, function_tool, input_guardrail
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0)
    settings = RunConfig(group_id="talk-1")

    def agent(name, tools=(), **more):
        tools = [one if not callable(one) else function_tool(one) for one in tools]
        model = OpenAIChatCompletionsModel(model=name, openai_client=client)
        return Agent(name=name, model=model, tools=tools, model_settings=ModelSettings(), **more)

    researcher = agent("billing", [lookup])
    trips = agent("trips", [get_weather])
    told_trips = [wants(("call_lima", "get_weather", {"city": "Lima"})), "sunny"]
    server.scripts["trips"] = told_trips
    plan_trip = trips.as_tool("plan_trip", "Plans a trip.")
    server.scripts["support"][5] = wants(("call_trip", "plan_trip", {"input": "Lima"}))

    waiting = asyncio.Event()

    async def wait(minutes: int) -> str:
        """Waits."""
        waiting.set()
        await asyncio.Event().wait()

    @input_guardrail(name="no_refunds")
    def no_refunds(_context, _agent, _input):
        return GuardrailFunctionOutput(output_info={"reason": "policy"}, tripwire_triggered=True)

    @input_guardrail(name="polite")
    def polite(_context, _agent, _input):
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)

    async def attempt(coroutine):
        [result] = await asyncio.gather(asyncio.create_task(coroutine), return_exceptions=True)
        print(repr(getattr(result, "final_output", result))[:100])
        return result

    async def main():
        support = agent("support", [get_weather, charge, refund, plan_trip], handoffs=[researcher], input_guardrails=[polite])
        await attempt(Runner.run(support, "help Ada", run_config=settings, max_turns=20))
        await attempt(Runner.run(agent("lost", [lookup]), "hello", run_config=settings))

        payer = agent("payer", [function_tool(pay, needs_approval=True)])
        paused = await attempt(Runner.run(payer, "pay", run_config=settings))
        state = paused.to_state()
        state.reject(paused.interruptions[0])
        await attempt(Runner.run(payer, state, run_config=settings))

        slow = asyncio.create_task(Runner.run(agent("slow", [wait]), "wait", run_config=settings))
        await waiting.wait()
        slow.cancel()
        print(await asyncio.gather(slow, return_exceptions=True))

        await attempt(Runner.run(agent("broken"), "hello", run_config=settings))
        await attempt(Runner.run(agent("guarded", input_guardrails=[no_refunds]), "refund me", run_config=settings))

    asyncio.run(main())
