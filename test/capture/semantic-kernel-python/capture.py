"""Semantic Kernel: the shop as chat completion agents, an agent inside of a function, a filter that denies, a run that is cut off, a model that is down."""

import asyncio
import os
import sys

sys.path.insert(0, sys.path[0] + "/..")
os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS"] = "true"
os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE"] = "true"

from recorded_python import recorded  # noqa: E402
from scripted_openai import wants  # noqa: E402
from shop_app import DECLINED, scripts  # noqa: E402

told = scripts(hand_over=[wants(("call_handoff", "ask_billing", {"task": "refund order 9"}))])
told = {
    name: [
        [(id, f"shop-{tool}", arguments) for id, tool, arguments in step] if isinstance(step, list) else step
        for step in steps
    ]
    for name, steps in told.items()
}

with recorded({"own": (None, lambda _provider: None)}, ["semantic-kernel"], told) as server:
    from openai import AsyncOpenAI
    from semantic_kernel import Kernel
    from semantic_kernel.agents import ChatCompletionAgent
    from semantic_kernel.connectors.ai.function_choice_behavior import FunctionChoiceBehavior
    from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
    from semantic_kernel.filters import FilterTypes
    from semantic_kernel.functions import FunctionResult, KernelArguments, kernel_function

    kernels = {}

    class Shop:
        @kernel_function
        def get_weather(self, city: str) -> dict:
            """The weather of a city."""
            return {"city": city, "tempC": 21}

        @kernel_function
        def charge(self, amount: int) -> str:
            """Charges the card."""
            raise ValueError(DECLINED)

        @kernel_function
        def refund(self, order: int) -> dict:
            """Refunds an order."""
            return {"success": False, "error": "no such order"}

        @kernel_function
        async def plan_trip(self, city: str) -> dict:
            """Plans a trip."""
            weather = await kernels["support"].invoke(plugin_name="shop", function_name="get_weather", arguments=KernelArguments(city=city))
            return {"city": city, "weather": weather.value}

        @kernel_function
        def lookup(self, key: str) -> str:
            """Looks a key up."""
            return f"value of {key}"

        @kernel_function
        def pay(self, amount: int) -> str:
            """Pays an amount."""
            return f"paid {amount}"

        @kernel_function
        async def ask_billing(self, task: str) -> str:
            """Asks billing."""
            return str(await agent("billing").get_response(messages=task))

        @kernel_function
        async def wait(self, minutes: int) -> str:
            """Waits."""
            await asyncio.sleep(60 * minutes)

    async def deny(context, next):
        if context.function.name == "pay":
            context.function_result = FunctionResult(function=context.function.metadata, value="a person said no")
            context.terminate = True
            return
        await next(context)

    def agent(name):
        kernel = kernels[name] = Kernel()
        client = AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0)
        kernel.add_service(OpenAIChatCompletion(ai_model_id=name, async_client=client))
        kernel.add_plugin(Shop(), "shop")
        kernel.add_filter(FilterTypes.AUTO_FUNCTION_INVOCATION, deny)
        choice = FunctionChoiceBehavior.Auto(maximum_auto_invoke_attempts=20)
        return ChatCompletionAgent(kernel=kernel, name=name, description=f"{name} helps", function_choice_behavior=choice)

    async def main():
        print(await agent("support").get_response(messages="help Ada"))
        print(await agent("payer").get_response(messages="pay"))
        try:
            await asyncio.wait_for(agent("slow").get_response(messages="wait"), 3)
        except TimeoutError:
            print("cut off")
        try:
            await agent("broken").get_response(messages="x")
        except Exception as error:
            print(type(error).__name__, str(error)[:200])

    asyncio.run(main())
