"""Functions of Semantic Kernel, of the Agent Framework, and one traced by Azure's decorator; no model and no network.

    python3 -m venv env && env/bin/pip install semantic-kernel==1.45.0 agent-framework-core==1.23.0 azure-ai-agents
    env/bin/python agents.py dump.json && node ../from-python.mjs dump.json azure-python
"""
import asyncio
import os
import sys
from pathlib import Path

os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE"] = "true"
os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS"] = "true"
os.environ["ENABLE_INSTRUMENTATION"] = "true"
os.environ["ENABLE_SENSITIVE_DATA"] = "true"

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

sys.path.insert(0, str(Path(__file__).parent.parent))
from python_spans import SpanRecorder  # noqa: E402

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource({"service.name": "shop", "telemetry.sdk.language": "python"}))
provider.add_span_processor(recorder)
trace.set_tracer_provider(provider)

from agent_framework import FunctionTool  # noqa: E402
from agent_framework.observability import enable_instrumentation  # noqa: E402
from azure.ai.agents.telemetry import trace_function  # noqa: E402
from semantic_kernel import Kernel  # noqa: E402
from semantic_kernel.functions import KernelArguments, kernel_function  # noqa: E402


class Shop:
    @kernel_function(name="get_price", description="price")
    def get_price(self, item: str) -> dict:
        return {"item": item, "price": 9.5, "stock": None, "sale": True}

    @kernel_function(name="greet", description="greets")
    def greet(self, who: str) -> str:
        return "Hello, " + who

    @kernel_function(name="refund", description="refunds")
    def refund(self, amount: int) -> str:
        raise ValueError("limit exceeded")


@trace_function("find_store")
def find_store(city: str, limit: int = 2) -> list:
    return ["north", "south"][:limit]


@trace_function("close_store")
def close_store(city: str) -> str:
    raise RuntimeError("still open")


def add(a: int, b: int) -> int:
    return a + b


def divide(a: int, b: int) -> float:
    return a / b


async def tried(work):
    try:
        return await work
    except Exception as error:  # It is part of what spans have to tell.
        print(type(error).__name__, error, file=sys.stderr)


async def main():
    kernel = Kernel()
    kernel.add_plugin(Shop(), "shop")
    await kernel.invoke(plugin_name="shop", function_name="get_price", arguments=KernelArguments(item="pen"))
    await kernel.invoke(plugin_name="shop", function_name="greet", arguments=KernelArguments(who="Ada"))
    await tried(kernel.invoke(plugin_name="shop", function_name="refund", arguments=KernelArguments(amount=900)))
    find_store("Paris")
    try:
        close_store("Paris")
    except RuntimeError:
        pass
    enable_instrumentation(enable_sensitive_data=True)
    await FunctionTool(func=add, name="add", description="adds").invoke(arguments={"a": 1, "b": 2}, tool_call_id="call_add")
    await tried(FunctionTool(func=divide, name="divide", description="divides").invoke(arguments={"a": 1, "b": 0}))


asyncio.run(main())
recorder.write(sys.argv[1], "azure-ai", ["semantic-kernel", "agent-framework-core", "azure-ai-agents"])
