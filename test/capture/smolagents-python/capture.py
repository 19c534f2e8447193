"""smolagents: the shop with agents that call tools by name, one that calls them in Python, and one whose run is interrupted."""

import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import DECLINED, scripts  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.smolagents import SmolagentsInstrumentor

    SmolagentsInstrumentor().instrument(tracer_provider=provider)


def ended(steps):
    """An agent of smolagents is done when it calls `final_answer`."""
    return [wants((f"call_end_{at}", "final_answer", {"answer": step})) if isinstance(step, str) else step for at, step in enumerate(steps)]


told = scripts(hand_over=[wants(("call_handoff", "billing", {"task": "refund order 9"}))])
told = {name: ended(steps) for name, steps in told.items()}
told["coder"] = ["Thought: both at once.\n<code>\nfound = lookup(key='k1')\nfinal_answer(get_weather(city='Bonn'))\n</code>"]

with recorded({"openinference": ("openinference-instrumentation-smolagents", openinference)}, ["smolagents"], told) as server:
    from smolagents import CodeAgent, OpenAIModel, ToolCallingAgent, tool

    def model(name):
        return OpenAIModel(model_id=name, api_base=server.url, api_key="none", client_kwargs={"max_retries": 0}, retry=False)

    @tool
    def get_weather(city: str) -> dict:
        """Gets the weather.

        Args:
            city: where
        """
        return {"city": city, "tempC": 21}

    @tool
    def charge(amount: int) -> str:
        """Charges a card.

        Args:
            amount: how much
        """
        raise ValueError(DECLINED)

    @tool
    def refund(order: int) -> dict:
        """Refunds an order.

        Args:
            order: which
        """
        return {"success": False, "error": "no such order"}

    @tool
    def plan_trip(city: str) -> dict:
        """Plans a trip.

        Args:
            city: where to
        """
        return {"city": city, "weather": get_weather(city)}

    @tool
    def lookup(key: str) -> str:
        """Looks a key up.

        Args:
            key: which
        """
        return f"value of {key}"

    @tool
    def wait(minutes: int) -> str:
        """Waits.

        Args:
            minutes: how long
        """
        slow.interrupt()
        return "interrupted"

    def agent(name, tools, kind=ToolCallingAgent, **more):
        one = kind(tools=tools, model=model(name), name=name, description=f"{name} helps", verbosity_level=0, **more)
        one.prompt_templates["system_prompt"] = f"You are {name}."
        return one

    slow = agent("slow", [wait])
    support = agent("support", [get_weather, charge, refund, plan_trip], managed_agents=[agent("billing", [lookup])])
    for one in (support, agent("coder", [get_weather, lookup], CodeAgent), slow, agent("broken", [lookup])):
        try:
            print(one.run("help Ada"))
        except Exception as error:
            print(type(error).__name__, str(error)[:200])
