"""DSPy: the shop as a module with ReAct, another agent behind a tool, a module whose tool ends the run, a model that is down."""

import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from shop_app import charge, get_weather, lookup, refund  # noqa: E402


def openinference(provider):
    from openinference.instrumentation.dspy import DSPyInstrumentor

    DSPyInstrumentor().instrument(tracer_provider=provider)


def wants(name, args):
    return {"next_thought": "so be it", "next_tool_name": name, "next_tool_args": args}


FINISH = [wants("finish", {}), {"reasoning": "all is said", "answer": "all done"}]

with recorded({"openinference": ("openinference-instrumentation-dspy", openinference)}, ["dspy"], {}) as server:
    import dspy
    from dspy.utils import DummyLM

    class Billing(dspy.Module):
        def __init__(self):
            super().__init__()
            self.agent = dspy.ReAct("question -> answer", tools=[lookup])

        def forward(self, question):
            return self.agent(question=question)

    weather = dspy.Tool(get_weather)

    def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": weather(city=city)}

    def ask_billing(task: str) -> str:
        """Hands over to billing."""
        with dspy.context(lm=DummyLM([wants("lookup", {"key": "k1"}), *FINISH])):
            return Billing()(question=task).answer

    class Support(dspy.Module):
        def __init__(self):
            super().__init__()
            self.agent = dspy.ReAct("question -> answer", tools=[weather, charge, refund, plan_trip, ask_billing], max_iters=12)

        def forward(self, question):
            return self.agent(question=question)

    class Cashier(dspy.Module):
        """Calls its tool without a model, and lets the failure through."""

        def __init__(self):
            super().__init__()
            self.charge = dspy.Tool(charge)

        def forward(self, amount):
            return self.charge(amount=amount)

    class Broken(dspy.Module):
        def __init__(self):
            super().__init__()
            self.answer = dspy.Predict("question -> answer")

        def forward(self, question):
            return self.answer(question=question)

    class Down(DummyLM):
        def forward(self, *args, **kwargs):
            raise ConnectionError("503 upstream overloaded")

    support = [
        wants("get_weather", {"city": "Paris"}),
        wants("charge", {"amount": 3}),
        wants("refund", {"order": 9}),
        wants("get_weather", {"town": "Oslo"}),
        wants("plan_trip", {"city": "Lima"}),
        wants("ask_billing", {"task": "refund order 9"}),
        *FINISH,
    ]
    for module, model, inputs in [
        (Support(), DummyLM(support), {"question": "help Ada"}),
        (Cashier(), DummyLM([]), {"amount": 4}),
        (Broken(), Down([]), {"question": "hello"}),
    ]:
        try:
            with dspy.context(lm=model, adapter=dspy.ChatAdapter(use_json_adapter_fallback=False)):
                print(module(**inputs))
        except Exception as error:
            print(repr(error)[:200])
