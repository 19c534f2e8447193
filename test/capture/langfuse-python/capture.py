import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ.update(LANGFUSE_PUBLIC_KEY="pk-none", LANGFUSE_SECRET_KEY="sk-none", LANGFUSE_BASE_URL="http://127.0.0.1:9")
from langfuse import Langfuse, get_client, observe, propagate_attributes
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from python_spans import SpanRecorder

recorder = SpanRecorder()
provider = TracerProvider(resource=Resource.create({"service.name": "langfuse-app"}))
provider.add_span_processor(recorder)
langfuse = Langfuse(tracer_provider=provider)


@observe(as_type="tool")
def lookup(key, limit=2):
    return {"key": key, "hits": ["a", "b"][:limit]}


@observe(as_type="tool")
async def charge(amount):
    raise TypeError("card declined: 4000")


@observe(as_type="tool")
def greet(name):
    return f"hello {name}"


@observe(as_type="tool")
def nothing():
    pass


@observe(as_type="tool")
def letters(up_to):
    yield from "abc"[:up_to]


@observe(as_type="tool", capture_input=False, capture_output=False)
def secret(pin):
    return "classified"


@observe(as_type="guardrail")
def pii(text):
    return {"passed": True}


@observe(as_type="retriever")
def docs(query):
    return [{"id": "d0", "text": "doc"}]


@observe(as_type="agent", name="support_agent")
async def support_agent(question):
    lookup("one")
    lookup(key="two", limit=1)
    greet("Bo")
    nothing()
    list(letters(2))
    secret("1234")
    pii("hello")
    docs("refunds")
    try:
        await charge(3)
    except TypeError:
        pass
    client = get_client()
    with client.start_as_current_observation(name="refund", as_type="tool", input={"order": 12}, metadata={"tool_call_id": "call_7"}) as span:
        span.update(level="ERROR", status_message="ledger is closed")
    try:
        with client.start_as_current_observation(name="pay", as_type="tool", input={"amount": 9}):
            raise RuntimeError("ledger is on fire")
    except RuntimeError:
        pass
    with client.start_as_current_observation(name="ask", as_type="generation", model="mock-main", input=[{"role": "user", "content": question}]) as span:
        function = {"name": "lookup", "arguments": '{"key": "one"}'}
        span.update(
            output={"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]},
            usage_details={"input": 7, "output": 3},
        )
    client.create_event(name="route", input={"options": ["billing", "sales"]}, output={"choice": "billing", "confidence": 0.9})
    return "sorry"


if sys.argv[2] == "agent":
    import asyncio

    with propagate_attributes(session_id="sess-9", user_id="user-7"):
        asyncio.run(support_agent("refund?"))
    libraries = ["langfuse"]
else:
    from langchain_app import run_langchain_app
    from langfuse.langchain import CallbackHandler

    with propagate_attributes(session_id="sess-9"):
        run_langchain_app({"callbacks": [CallbackHandler()]})
    libraries = ["langfuse", "langchain", "langchain-core", "langgraph"]
recorder.write(sys.argv[1], "langfuse", libraries)
os._exit(0)
