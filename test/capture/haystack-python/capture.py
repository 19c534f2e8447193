"""Haystack: the shop as agents (one a tool of the other), an approval that is denied, a tool failure that ends the run, a model that is
down in a pipeline."""

import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"
os.environ["OPENAI_API_KEY"] = "none"

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.haystack import HaystackInstrumentor

    HaystackInstrumentor().instrument(tracer_provider=provider)


def own(_provider):
    from haystack import tracing
    from haystack_integrations.tracing.opentelemetry import OpenTelemetryTracer
    from opentelemetry import trace

    tracing.tracer.is_content_tracing_enabled = True
    tracing.enable_tracing(OpenTelemetryTracer(trace.get_tracer("shop-app")))


told = scripts(hand_over=[wants(("call_handoff", "billing", {"messages": [{"role": "user", "content": "refund order 9"}]}))])
# Every span has all messages so far: in several runs the file stays small.
steps = told["support"]
told["support"] = [*steps[:2], "done", *steps[2:4], "done", *steps[4:6], "done", *steps[6:]]
told["failing"] = [wants(("call_charge_2", "charge", {"amount": 4}))]

with recorded(
    {
        "openinference": ("openinference-instrumentation-haystack", openinference),
        "own": ("opentelemetry-haystack", own),
    },
    ["haystack-ai"],
    told,
) as server:
    from haystack import Pipeline
    from haystack.components.agents import Agent
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage
    from haystack.hooks.human_in_the_loop import AlwaysAskPolicy, BlockingConfirmationStrategy, ConfirmationHook, ConfirmationUIResult
    from haystack.tools import create_tool_from_function
    from haystack.tools.agent_tool import AgentTool

    weather = create_tool_from_function(get_weather)

    def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": weather.invoke(city=city)}

    class Denies:
        def get_user_confirmation(self, tool_name, tool_description, tool_params):
            return ConfirmationUIResult(action="reject", feedback="too much")

    def agent(name, tools, **more):
        generator = OpenAIChatGenerator(model=name, api_base_url=server.url, max_retries=0)
        tools = [create_tool_from_function(one) if callable(one) and not hasattr(one, "invoke") else one for one in tools]
        return Agent(chat_generator=generator, tools=tools, **more)

    def attempt(name, agent, text):
        pipeline = Pipeline()
        pipeline.add_component(name, agent)
        try:
            result = pipeline.run({name: {"messages": [ChatMessage.from_user(text)]}})
            print(repr(result[name]["last_message"])[:100])
        except Exception as error:
            print(repr(error)[:150])

    for _ in range(4):
        billing = AgentTool(agent=agent("billing", [lookup]), name="billing", description="Refunds.")
        attempt("support", agent("support", [weather, charge, refund, plan_trip, billing]), "help Ada")

    strategy = BlockingConfirmationStrategy(confirmation_policy=AlwaysAskPolicy(), confirmation_ui=Denies())
    hook = ConfirmationHook(confirmation_strategies={"pay": strategy})
    attempt("payer", agent("payer", [pay], hooks={"before_tool": [hook]}), "pay")
    attempt("failing", agent("failing", [charge], raise_on_tool_invocation_failure=True), "charge")
    attempt("broken", agent("broken", [lookup]), "hello")
