"""CrewAI: the shop as two crews, a flow, and a crew whose model is down. Delegation is how its agents hand over."""

import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"
os.environ["CREWAI_TRACING_ENABLED"] = "false"
os.environ["OPENAI_API_KEY"] = "none"

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, pay, refund, scripts  # noqa: E402
from scripted_openai import wants  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.crewai import CrewAIInstrumentor
    from openinference.instrumentation.openai import OpenAIInstrumentor

    CrewAIInstrumentor().instrument(tracer_provider=provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)


def openllmetry(provider):
    from opentelemetry.instrumentation.crewai import CrewAIInstrumentor
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    CrewAIInstrumentor().instrument(tracer_provider=provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)


HTTP = ["httpx", "requests", "urllib", "urllib3", "aiohttp-client"]


def openlit(provider):
    import openlit

    openlit.init(application_name="shop-app", environment="test", otlp_endpoint=None, disable_metrics=True, disable_events=True, disabled_instrumentors=HTTP)


DELEGATE = {"task": "refund order 9", "context": "it never came", "coworker": "billing"}
told = scripts(hand_over=[wants(("call_handoff", "delegate_work_to_coworker", DELEGATE))])

with recorded(
    {
        "openinference": ("openinference-instrumentation-crewai", openinference),
        "openllmetry": ("opentelemetry-instrumentation-crewai", openllmetry),
        "openlit": ("openlit", openlit),
    },
    ["crewai"],
    told,
) as server:
    from crewai import LLM, Agent, Crew, Task
    from crewai.flow.flow import Flow, listen, start
    from crewai.hooks import before_tool_call
    from crewai.tools import tool

    def agent(name, tools, **more):
        llm = LLM(model=f"openai/{name}", base_url=server.url, api_key="none")
        return Agent(role=name, goal=f"{name} goal", backstory="a clerk", tools=tools, llm=llm, **more)

    weather, card, order, key = (tool(f.__name__)(f) for f in (get_weather, charge, refund, lookup))

    @tool("plan_trip")
    def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": weather.run(city=city)}

    def crew(*agents):
        task = Task(description="help Ada", expected_output="a word", agent=agents[0], name=f"{agents[0].role}_task")
        return Crew(agents=list(agents), tasks=[task], name=f"{agents[0].role}_crew")

    @tool("wait")
    def wait(minutes: int) -> str:
        """Waits."""
        raise TimeoutError(f"gave up after {minutes} minutes")

    @before_tool_call(tools=["pay"])
    def deny(_context):
        return False

    class Refunds(Flow):
        @start()
        def find(self):
            return "order 9"

        @listen(find)
        def decide(self, _order):
            raise ValueError("nobody may decide")

    support = agent("support", [weather, card, order, plan_trip], allow_delegation=True)
    print(crew(support, agent("billing", [key])).kickoff(inputs={"who": "Ada"}))
    print(crew(agent("payer", [tool("pay")(pay)])).kickoff())
    print(crew(agent("slow", [wait])).kickoff())
    for failing in (crew(agent("broken", [], max_retry_limit=0)), Refunds()):
        try:
            failing.kickoff()
        except Exception as error:
            print(repr(error)[:200])
