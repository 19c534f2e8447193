import sys

sys.path.insert(0, sys.path[0] + "/..")
import asyncio

from agents import Agent, Model, ModelResponse, Runner, Usage, function_tool, handoff, set_trace_processors
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from python_spans import SpanRecorder

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource.create({"service.name": "traceloop-app"}))
provider.add_span_processor(recorder)
# Without the one that sends traces to OpenAI.
set_trace_processors([])
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


class Scripted(Model):
    def __init__(self, script):
        self.script = script

    async def get_response(self, *args, **kwargs):
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return ModelResponse(output=[step], usage=Usage(requests=1, input_tokens=10, output_tokens=5, total_tokens=15), response_id=None)

    def stream_response(self, *args, **kwargs):
        raise NotImplementedError


def call(id, name, arguments):
    return ResponseFunctionToolCall(arguments=arguments, call_id=id, name=name, type="function_call")


def says(text):
    content = ResponseOutputText(annotations=[], text=text, type="output_text")
    return ResponseOutputMessage(id="msg", content=[content], role="assistant", status="completed", type="message")


@function_tool
def get_weather(city: str) -> dict:
    return {"city": city, "tempC": 21}


@function_tool
def charge(amount: int) -> str:
    raise TypeError("card declined: 4000")


@function_tool
def nothing() -> None:
    pass


billing = Agent(name="billing", model=Scripted([says("refunded")]))
support = Agent(
    name="support",
    model=Scripted(
        [
            call("call_1", "get_weather", '{"city": "Paris"}'),
            call("call_2", "charge", '{"amount": 3}'),
            call("call_3", "nothing", "{}"),
            call("call_4", "transfer_to_billing", "{}"),
        ]
    ),
    tools=[get_weather, charge, nothing],
    handoffs=[handoff(billing)],
)
asyncio.run(Runner.run(support, "hello"))
recorder.write(sys.argv[1], "traceloop", ["opentelemetry-instrumentation-openai-agents", "openai-agents"])
