"""AgentScope: the shop as agents with its tracing middleware, one agent inside of a function, a call that a person denies, one that is cut off."""

import asyncio
import sys

sys.path.insert(0, sys.path[0] + "/..")

from recorded_python import recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import DECLINED, scripts  # noqa: E402

told = scripts(hand_over=[wants(("call_handoff", "ask_billing", {"task": "refund order 9"}))])

with recorded({"own": (None, lambda _provider: None)}, ["agentscope"], told) as server:
    from agentscope.agent import Agent
    from agentscope.credential import OpenAICredential
    from agentscope.event import ConfirmResult, RequireUserConfirmEvent, UserConfirmResultEvent
    from agentscope.message import UserMsg
    from agentscope.middleware import TracingMiddleware
    from agentscope.model import OpenAIChatModel
    from agentscope.permission import PermissionMode
    from agentscope.tool import FunctionTool, Toolkit

    async def get_weather(city: str) -> dict:
        """The weather of a city."""
        return {"city": city, "tempC": 21}

    async def charge(amount: int) -> str:
        """Charges the card."""
        raise ValueError(DECLINED)

    async def refund(order: int) -> dict:
        """Refunds an order."""
        return {"success": False, "error": "no such order"}

    async def plan_trip(city: str) -> dict:
        """Plans a trip."""
        return {"city": city, "weather": await get_weather(city)}

    async def lookup(key: str) -> str:
        """Looks a key up."""
        return f"value of {key}"

    async def pay(amount: int) -> str:
        """Pays an amount."""
        return f"paid {amount}"

    async def wait(minutes: int) -> str:
        """Waits."""
        await asyncio.sleep(60 * minutes)

    async def ask_billing(task: str) -> str:
        """Asks billing."""
        return (await agent("billing", [lookup]).reply(UserMsg("support", task))).get_text_content()

    def agent(name, tools=(), mode=PermissionMode.BYPASS):
        model = OpenAIChatModel(
            OpenAICredential(api_key="none", base_url=server.url), name, stream=False, max_retries=0, client_kwargs={"max_retries": 0}
        )
        one = Agent(name, f"You are {name}.", model, Toolkit(tools=[FunctionTool(tool) for tool in tools]), [TracingMiddleware()])
        one.state.permission_context.mode = mode
        one.state.session_id = "sess-8"
        return one

    async def main():
        tools = [get_weather, charge, refund, plan_trip, ask_billing]
        print((await agent("support", tools).reply(UserMsg("Ada", "help"))).get_text_content())
        payer = agent("payer", [pay], PermissionMode.DEFAULT)
        asked = [event async for event in payer.reply_stream(UserMsg("Ada", "pay")) if isinstance(event, RequireUserConfirmEvent)]
        no = [ConfirmResult(confirmed=False, tool_call=call) for call in asked[0].tool_calls]
        print((await payer.reply(UserConfirmResultEvent(reply_id=asked[0].reply_id, confirm_results=no))).get_text_content())
        try:
            print(await asyncio.wait_for(agent("slow", [wait]).reply(UserMsg("Ada", "wait")), 3))
        except TimeoutError:
            print("cut off")
        try:
            print(await agent("broken").reply(UserMsg("Ada", "x")))
        except Exception as error:
            print(type(error).__name__, str(error)[:200])

    asyncio.run(main())
