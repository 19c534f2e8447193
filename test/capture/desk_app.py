"""A help desk, as the programs in desk-python/ build it: what its tools do, and what its models ask for.

triage      searches and opens a ticket in one turn, gets nothing, gets a list, a tool that raises, one that says in words that it failed, a tool that is
            not there, arguments that are no JSON, and hands over to specialist
specialist  asks expert (an agent as a tool), who searches, and is done
clerk       wants to close a ticket, which a person denies
"""

from scripted_openai import wants


class QuotaError(Exception):
    """Has a code beside its message."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def search_docs(query: str, limit: int = 5) -> list:
    """Searches the documents."""
    return [{"id": 1, "title": f"about {query}"}, {"id": 2, "title": f"more on {query}"}][:limit]


def open_ticket(title: str, tags: list[str]) -> dict:
    """Opens a ticket."""
    return {"id": "T-1", "title": title, "tags": tags, "owner": None, "urgent": True}


def notify(channel: str) -> None:
    """Notifies a channel."""


def count_tickets() -> int:
    """Counts the tickets."""
    return 42


def export_all(format: str) -> str:
    """Exports everything."""
    raise QuotaError("quota of 10 exports is used up", 429)


def close_ticket(id: str) -> str:
    """Closes a ticket."""
    return f"{id} is closed"


def scripts(*, hand_over, ask_expert):
    return {
        "triage": [
            wants(("c_search", "search_docs", {"query": "vpn", "limit": 1}), ("c_open", "open_ticket", {"title": "VPN is down", "tags": ["net", "vpn"]})),
            wants(("c_notify", "notify", {"channel": "#it"})),
            wants(("c_count", "count_tickets", {})),
            wants(("c_export", "export_all", {"format": "csv"})),
            wants(("c_drop", "drop_tables", {"sure": True})),
            wants(("c_bad", "search_docs", {"limit": "many"})),
            *hand_over,
            "all done",
        ],
        "specialist": [*ask_expert, "fixed"],
        "expert": [wants(("c_deep", "search_docs", {"query": "deep", "limit": 2})), "read the manual"],
        "clerk": [wants(("c_close", "close_ticket", {"id": "T-1"})), "left open"],
    }
