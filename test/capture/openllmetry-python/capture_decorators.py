import sys

sys.path.insert(0, sys.path[0] + "/..")
import asyncio

from python_spans import SpanRecorder
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow

recorder = SpanRecorder()
Traceloop.init(app_name="traceloop-app", processor=recorder, disable_batch=True, telemetry_enabled=False, instruments=set())


@tool(name="lookup")
def lookup(key, limit=2):
    return {"key": key, "hits": ["a", "b"][:limit]}


@tool(name="charge")
async def charge(amount):
    raise TypeError("card declined: 4000")


@tool(name="nothing")
def nothing():
    pass


@tool(name="letters")
def letters(up_to):
    yield from "abc"[:up_to]


@agent(name="researcher")
def researcher(question):
    return [lookup("one"), lookup(key="two", limit=1), lookup("three", limit=1)]


@task(name="plan")
def plan(question):
    return ["lookup"]


@workflow(name="help_desk")
async def help_desk(question):
    Traceloop.set_association_properties({"session_id": "sess-9", "user_id": "user-7"})
    plan(question)
    researcher("who?")
    try:
        await charge(amount=3)
    except TypeError:
        pass
    nothing()
    list(letters(2))
    return "sorry"


asyncio.run(help_desk("refund?"))
recorder.write(sys.argv[1], "traceloop", ["traceloop-sdk"])
