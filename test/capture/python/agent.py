"""An agent in Python: the real OpenTelemetry SDK, two instrumentations from PyPI, no model and no network but OTLP.

Its tools are called through LangChain (openinference-instrumentation-langchain) and through MCP, client and server in this
process (opentelemetry-instrumentation-mcp). Where spans go is for the environment: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT; with
`--console` they are printed instead.
"""

import asyncio
import sys

from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.mcp import McpInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

exporter = ConsoleSpanExporter() if "--console" in sys.argv else OTLPSpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "python-agent"}))
provider.add_span_processor(BatchSpanProcessor(exporter))
LangChainInstrumentor().instrument(tracer_provider=provider)
McpInstrumentor().instrument(tracer_provider=provider)

from langchain_core.tools import tool  # noqa: E402
from mcp.server.fastmcp import FastMCP  # noqa: E402
from mcp.shared.memory import create_connected_server_and_client_session  # noqa: E402

tracer = provider.get_tracer("python-agent")
server = FastMCP("weather")


@tool
def convert(amount: float, currency: str) -> str:
    """Converts money."""
    return f"{amount * 2} {currency}"


@tool
def charge(card: str) -> str:
    """Charges a card."""
    raise ValueError(f"card declined: {card}")


@server.tool()
def forecast(city: str, days: int = 1) -> str:
    """Tells the weather."""
    if city == "Atlantis":
        raise ValueError("no such city")
    return f"sunny in {city} for {days} days"


async def ask_for_weather() -> None:
    async with create_connected_server_and_client_session(server._mcp_server) as session:
        await session.call_tool("forecast", {"city": "Paris", "days": 2})
        await session.call_tool("forecast", {"city": "Atlantis"})


def work() -> None:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk", "gen_ai.conversation.id": "talk-1"}
    with tracer.start_as_current_span("invoke_agent clerk", attributes=attributes):
        convert.invoke({"amount": 21.5, "currency": "EUR"})
        try:
            charge.invoke({"card": "4000"})
        except ValueError:
            pass
        asyncio.run(ask_for_weather())


work()
provider.shutdown()
