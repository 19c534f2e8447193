"""Agents of Google's Agent Development Kit for Python, with models that answer from a script.

    python3 -m venv env && env/bin/pip install google-adk==2.13.0
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY env/bin/python agents.py dump.json
    node ../from-python.mjs dump.json google-adk-python-2

and so on: google-adk-python-1 with 1.39.1, google-adk-python-1.2 with 1.2.0.
"""
import asyncio
import sys
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

sys.path.insert(0, str(Path(__file__).parent.parent))
from python_spans import SpanRecorder  # noqa: E402

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource({"service.name": "shop", "telemetry.sdk.language": "python"}))
provider.add_span_processor(recorder)
trace.set_tracer_provider(provider)

from google.adk.agents import LlmAgent  # noqa: E402
from google.adk.models import BaseLlm, LlmResponse  # noqa: E402
from google.adk.runners import InMemoryRunner  # noqa: E402
from google.adk.tools.agent_tool import AgentTool  # noqa: E402
from google.adk.tools.function_tool import FunctionTool  # noqa: E402
from google.genai import types  # noqa: E402


class Scripted(BaseLlm):
    answers: list = []
    async def generate_content_async(self, llm_request, stream=False):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        parts = [types.Part(text=answer)] if isinstance(answer, str) else [types.Part(function_call=types.FunctionCall(id=i, name=n, args=a)) for i, n, a in answer]
        yield LlmResponse(content=types.Content(role="model", parts=parts), usage_metadata=types.GenerateContentResponseUsageMetadata(prompt_token_count=10, candidates_token_count=5, total_token_count=15))


def get_weather(city: str) -> dict:
    "weather"
    return {"city": city, "tempC": 21}


def list_orders() -> list:
    "orders"
    return [{"id": 1}, {"id": 2}]


def count() -> int:
    "count"
    return 42


def greet(who: str) -> str:
    "greets"
    return "Hello, " + who


def nothing() -> None:
    "nothing"


def soft(order: int) -> dict:
    "soft"
    return {"error": "no such order"}


def fail(amount: int) -> str:
    "fails"
    raise ValueError("card declined: 4000")


def pay(amount: int) -> str:
    "pays"
    return "paid"


def agent(name, answers, **more):
    return LlmAgent(name=name, description=name + " agent", instruction="Do it", model=Scripted(model="mock-" + name, answers=answers), **more)


async def run(root):
    runner = InMemoryRunner(agent=root, app_name="shop")
    session = await runner.session_service.create_session(app_name="shop", user_id="user-3", session_id="session-" + root.name)
    try:
        async for _ in runner.run_async(user_id="user-3", session_id=session.id, new_message=types.Content(role="user", parts=[types.Part(text="hello")])):
            pass
    except Exception as error:
        print(f"{root.name}: {type(error).__name__}: {error}", file=sys.stderr)


async def main():
    await run(agent("support", [
        [("call_weather", "get_weather", {"city": "Paris"}), ("call_list", "list_orders", {})],
        [("call_count", "count", {})], [("call_greet", "greet", {"who": "Ada"})], [("call_nothing", "nothing", {})],
        [("call_soft", "soft", {"order": 9})], [("call_args", "greet", {})], "all done"],
        tools=[get_weather, list_orders, count, greet, nothing, soft]))
    await run(agent("failing", [[("call_fail", "fail", {"amount": 3})], "done"], tools=[fail]))
    await run(agent("ghost", [[("call_ghost", "no_such_tool", {"x": 1})], "gave up"], tools=[greet]))
    try:
        confirmed = FunctionTool(pay, require_confirmation=True)
        await run(agent("payer", [[("call_pay", "pay", {"amount": 9})], "waiting"], tools=[confirmed]))
    except TypeError:
        pass
    await run(agent("router", [[("call_transfer", "transfer_to_agent", {"agent_name": "billing"})]], sub_agents=[agent("billing", ["billed"])]))
    await run(agent("lead", [[("call_ask", "researcher", {"request": "otters?"})], "otters, then"], tools=[AgentTool(agent=agent("researcher", ["otters swim"]))]))
    await run(agent("broken", [RuntimeError("503 upstream overloaded")]))

asyncio.run(main())

recorder.write(sys.argv[1], "google-adk", ["google-adk"])
