"""The sample data: the same customers and tickets at every start, dated back from the moment of the start."""

from collections.abc import Callable
from typing import Any

from .desk import Desk
from .moments import write_moment
from .sample_files import sample_files
from .sample_words import AGENTS, ANSWERS, CUSTOMERS, QUESTIONS, SUBJECTS, TAGS

TICKETS = 240
_DAY_S = 86_400
_PLANS = ("free", "team", "team", "business", "enterprise")
_PRIORITIES = ("normal", "normal", "high", "normal", "low", "urgent", "normal", "low")


def fill(desk: Desk, started: float) -> None:
    """Put about 60 customers, 240 tickets, their comments and a few attachments on the desk."""
    for index, customer in enumerate(CUSTOMERS):
        desk.customers.add(_customer(index, *customer, started=started))
    picks = _picks()
    for index in range(TICKETS):
        _add_ticket(desk, index, picks, started)
    tickets = [row["id"] for row in desk.tickets]
    for index, (name, media_type, content) in enumerate(sample_files()):
        ticket = desk.tickets.get(tickets[-1 - index * 7])
        desk.attachments.add(
            {
                "ticket_id": ticket["id"],
                "name": name,
                "media_type": media_type,
                "size": len(content),
                "created_at": ticket["created_at"],
                "content": content,
            }
        )


def _picks() -> Callable[[int], int]:
    """A generator of its own (Numerical Recipes' constants): no Python release changes the data."""
    state = 8734

    def pick(below: int) -> int:
        nonlocal state
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        return (state >> 8) % below

    return pick


def _customer(
    index: int, name: str, domain: str, city: str, country: str, *, started: float
) -> dict[str, Any]:
    joined = started - (700 - index * 11) * _DAY_S
    return {
        "name": name,
        "email": f"desk@{domain}",
        "city": city,
        "country": country,
        "plan": _PLANS[index % len(_PLANS)],
        "created_at": write_moment(joined),
        "updated_at": write_moment(joined + 3 * _DAY_S),
        "notes": "",
    }


def _status(age: int, pick: Callable[[int], int]) -> str:
    """Old tickets are mostly solved, new ones mostly open."""
    if pick(TICKETS) < age:
        return "solved"
    return "pending" if pick(3) == 0 else "open"


def _add_ticket(desk: Desk, index: int, pick: Callable[[int], int], started: float) -> None:
    age = TICKETS - index
    created = started - age * age * 90 - age * 240 - pick(120)
    status = _status(age, pick)
    comments = pick(4) if status == "open" else 1 + pick(3)
    last = created + comments * min(5400, (started - created) / 5)
    subject = SUBJECTS[(index * 7 + pick(3)) % len(SUBJECTS)]
    ticket = desk.tickets.add(
        {
            "subject": subject,
            "status": status,
            "priority": _PRIORITIES[pick(len(_PRIORITIES))],
            "customer_id": 1 + (index * 17 + pick(5)) % len(CUSTOMERS),
            "assignee": AGENTS[pick(len(AGENTS))],
            "tags": sorted({TAGS[pick(len(TAGS))] for _ in range(pick(3))}),
            "created_at": write_moment(created),
            "updated_at": write_moment(last),
            "version": 1,
            "description": QUESTIONS[pick(len(QUESTIONS))],
        }
    )
    for turn in range(comments):
        _add_comment(desk, ticket, turn, created + (turn + 1) * (last - created) / comments, pick)


def _add_comment(desk: Desk, ticket: Any, turn: int, at: float, pick: Callable[[int], int]) -> None:
    by_agent = turn % 2 == 0
    words = ANSWERS if by_agent else QUESTIONS
    desk.comments.add(
        {
            "ticket_id": ticket["id"],
            "author": ticket["assignee"] if by_agent else "customer",
            "body": words[pick(len(words))],
            "public": turn % 5 != 4,
            "created_at": write_moment(at),
        }
    )
