"""The OpenAI Agents SDK for Python with a scripted model, behind OpenInference: calls, a failing tool, a hand-off and a guardrail."""

import asyncio

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    Model,
    ModelResponse,
    Runner,
    Usage,
    function_tool,
    input_guardrail,
    set_trace_processors,
)
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

from recorded import recorded


class Scripted(Model):
    def __init__(self, *answers):
        self.answers = list(answers)

    async def get_response(self, *_args, **_kwargs):
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            text = ResponseOutputText(text=answer, type="output_text", annotations=[])
            output = [
                ResponseOutputMessage(id="m", content=[text], role="assistant", status="completed", type="message")
            ]
        else:
            output = [
                ResponseFunctionToolCall(call_id=id, name=name, arguments=arguments, type="function_call")
                for id, name, arguments in answer
            ]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    def stream_response(self, *_args, **_kwargs):
        raise NotImplementedError


@function_tool
def get_weather(city: str) -> dict:
    return {"city": city, "tempC": 21}


@function_tool
def charge(amount: int) -> str:
    raise ValueError("card declined: 4000")


@input_guardrail
async def block_all(_context, _agent, _input):
    return GuardrailFunctionOutput(output_info={"reason": "pii"}, tripwire_triggered=True)


async def runs():
    billing = Agent(name="billing", model=Scripted("paid"))
    support = Agent(
        name="support",
        model=Scripted(
            [("call_1", "get_weather", '{"city":"Paris"}'), ("call_2", "charge", '{"amount":3}')],
            [("call_h", "transfer_to_billing", "{}")],
        ),
        tools=[get_weather, charge],
        handoffs=[billing],
    )
    await Runner.run(support, "hello")
    guarded = Agent(name="guarded", model=Scripted("never"), input_guardrails=[block_all])
    try:
        await Runner.run(guarded, "ssn")
    except InputGuardrailTripwireTriggered:
        pass


def program(provider):
    set_trace_processors([])
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
    asyncio.run(runs())
    OpenAIAgentsInstrumentor().uninstrument()


recorded(
    "openinference-openai-agents-python",
    "openinference",
    ["openinference-instrumentation-openai-agents", "openai-agents"],
    program,
)
