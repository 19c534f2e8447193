"""test/capture/langchain-app.mjs, in Python."""

from langchain.agents import create_agent
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.memory import MemorySaver
from langgraph.types import Command, interrupt


class ScriptedModel(BaseChatModel):
    model_name: str
    script: list

    @property
    def _llm_type(self):
        return "scripted"

    @property
    def _identifying_params(self):
        return {"model_name": self.model_name}

    def bind_tools(self, tools, **kwargs):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        message = AIMessage(content=step[0], tool_calls=step[1], usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)], llm_output={"model_name": self.model_name})


def wants(*calls):
    return ("", [{"id": id, "name": name, "args": args, "type": "tool_call"} for id, name, args in calls])


def says(text):
    return (text, [])


@tool
def get_weather(city: str) -> dict:
    """Weather."""
    return {"city": city, "tempC": 21}


@tool
def charge(amount: int) -> str:
    """Charges."""
    raise TypeError("card declined: 4000")


@tool
def pay(amount: int) -> str:
    """Pays."""
    return "paid" if interrupt({"ask": f"pay {amount}?"}) else "refused"


def run_langchain_app(config):
    support = create_agent(
        ScriptedModel(
            model_name="mock-main",
            script=[
                wants(("call_1", "get_weather", {"city": "Paris"}), ("call_2", "get_weather", {"city": "Rome"})),
                wants(("call_5", "no_such_tool", {"x": 1})),
                says("all done"),
            ],
        ),
        tools=[get_weather, charge],
        name="support",
        system_prompt="Be nice",
    )
    support.invoke({"messages": [{"role": "user", "content": "hello"}]}, config)

    failing = create_agent(
        ScriptedModel(model_name="mock-main", script=[wants(("call_4", "charge", {"amount": 3}))]),
        tools=[charge],
        name="failing",
    )
    quietly(failing, config)
    broken = create_agent(
        ScriptedModel(model_name="mock-down", script=[RuntimeError("503 upstream overloaded")]), tools=[], name="broken"
    )
    quietly(broken, config)

    payer = create_agent(
        ScriptedModel(model_name="mock-payer", script=[wants(("call_p1", "pay", {"amount": 9})), says("ok")]),
        tools=[pay],
        name="payer",
        checkpointer=MemorySaver(),
    )
    thread = {**config, "configurable": {"thread_id": "thread-1"}}
    payer.invoke({"messages": [{"role": "user", "content": "pay"}]}, thread)
    payer.invoke(Command(resume=False), thread)


def quietly(agent, config):
    try:
        agent.invoke({"messages": [{"role": "user", "content": "hello"}]}, config)
    except Exception:
        pass
