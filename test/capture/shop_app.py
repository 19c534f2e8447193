"""The shop that the programs in *-python/ build with their frameworks: what its tools do, and what its models ask for.

support   looks the weather up, twice the same in one turn, charges a card (the tool raises), refunds (the tool says in its result
          that it failed), calls a tool that is not there, calls one with arguments that do not fit, calls a tool that calls a tool,
          hands over to billing
billing   looks something up and is done
payer     wants to pay, which a person denies
slow      calls a tool that does not come back before the run is aborted
broken    has a model that answers 503
"""

from scripted_openai import wants

DECLINED = "card declined: 4000"


def get_weather(city: str) -> dict:
    """The weather of a city."""
    return {"city": city, "tempC": 21}


def charge(amount: int) -> str:
    """Charges the card."""
    raise ValueError(DECLINED)


def refund(order: int) -> dict:
    """Refunds an order."""
    return {"success": False, "error": "no such order"}


def lookup(key: str) -> str:
    """Looks a key up."""
    return f"value of {key}"


def pay(amount: int) -> str:
    """Pays an amount."""
    return f"paid {amount}"


def scripts(*, hand_over, plan_trip=True):
    """`hand_over` is what the framework's models call to hand over: a list of steps."""
    trip = [wants(("call_trip", "plan_trip", {"city": "Lima"}))] if plan_trip else []
    return {
        "support": [
            wants(("call_paris", "get_weather", {"city": "Paris"})),
            wants(("call_rome_1", "get_weather", {"city": "Rome"}), ("call_rome_2", "get_weather", {"city": "Rome"})),
            wants(("call_charge", "charge", {"amount": 3})),
            wants(("call_refund", "refund", {"order": 9})),
            wants(("call_unknown", "no_such_tool", {"x": 1})),
            wants(("call_args", "get_weather", {"town": "Oslo"})),
            *trip,
            *hand_over,
            "all done",
        ],
        "billing": [wants(("call_lookup", "lookup", {"key": "k1"})), "refunded"],
        "payer": [wants(("call_pay", "pay", {"amount": 9})), "not paid"],
        "slow": [wants(("call_wait", "wait", {"minutes": 60})), "done"],
        "broken": [503],
    }
