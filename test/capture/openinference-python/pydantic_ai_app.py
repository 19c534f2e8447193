"""Pydantic AI with a scripted model: parallel calls, an unknown tool, arguments that do not fit, a tool that asks to try again, one that
waits for an approval, an agent as a tool. Three times: as it is, by version 2 of its format, and without content."""

from pydantic_ai import Agent, DeferredToolRequests, ModelRetry, models
from pydantic_ai.capabilities.instrumentation import Instrumentation
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.instrumented import InstrumentationSettings

from recorded import recorded

models.ALLOW_MODEL_REQUESTS = False


def scripted(name, answers):
    rest = list(answers)

    def answer(_messages, _info):
        now = rest.pop(0)
        if isinstance(now, str):
            return ModelResponse(parts=[TextPart(now)])
        return ModelResponse(parts=[ToolCallPart(tool, args, tool_call_id=id) for id, tool, args in now])

    return FunctionModel(answer, model_name=name)


def program(**settings):
    def run(provider):
        instrument = Instrumentation(InstrumentationSettings(tracer_provider=provider, **settings))
        researcher = Agent(
            scripted("mock-sub", [[("call_s", "lookup", {"key": "k1"})], "sub done"]),
            name="researcher",
            capabilities=[instrument],
        )

        @researcher.tool_plain
        def lookup(key: str) -> dict:
            return {"key": key, "value": 1}

        support = Agent(
            scripted(
                "mock-main",
                [
                    [("call_1", "get_weather", {"city": "Paris"}), ("call_2", "charge", {"amount": 3})],
                    [("call_3", "no_such_tool", {"x": 1}), ("call_4", "get_weather", {"town": "Paris"})],
                    [("call_5", "ask_researcher", {"question": "who?"})],
                    "done",
                ],
            ),
            name="support",
            retries=3,
            capabilities=[instrument],
        )

        @support.tool_plain
        def get_weather(city: str) -> dict:
            return {"city": city, "tempC": 21}

        @support.tool_plain
        def charge(amount: int) -> str:
            raise ModelRetry("card declined: 4000")

        @support.tool_plain
        async def ask_researcher(question: str) -> str:
            return (await researcher.run(question)).output

        support.run_sync("hello")

        payer = Agent(
            scripted("mock-pay", [[("call_6", "pay", {"amount": 100})]]),
            name="payer",
            output_type=[str, DeferredToolRequests],
            capabilities=[instrument],
        )

        @payer.tool_plain(requires_approval=True)
        def pay(amount: int) -> str:
            return f"paid {amount}"

        payer.run_sync("pay")

        broken = Agent(scripted("mock-broken", [[("call_7", "explode", {})]]), name="broken", capabilities=[instrument])

        @broken.tool_plain
        def explode() -> str:
            raise ValueError("hard fail")

        try:
            broken.run_sync("go")
        except ValueError:
            pass

    return run


LIBRARIES = ["pydantic-ai-slim"]
recorded("pydantic-ai", "gen-ai", LIBRARIES, program())
recorded("pydantic-ai-format-2", "gen-ai", LIBRARIES, program(version=2))
recorded("pydantic-ai-hidden", "gen-ai", LIBRARIES, program(include_content=False))
