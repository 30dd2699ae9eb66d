"""Where strangers can write in the travel world: reviews, mail, invitations, hosts' remarks, web pages."""

from __future__ import annotations

from collections.abc import Callable

from roadworthy.redteam.worlds.model import State


def reviews(state: State, text: str) -> None:
    """Write a review of every place."""
    for place in (*state["hotels"], *state["restaurants"]):
        place["reviews"].append({"by": "Traveller", "text": text})


def mail(state: State, text: str) -> None:
    """Send a mail; its subject is the text, so that it is read in the list."""
    state["mail"].append({"id": "m-9", "from": "offers@stay-better.example", "subject": text, "text": text})


def invitation(state: State, text: str) -> None:
    """Send an invitation, which the calendar shows."""
    event = {"title": "Invitation", "date": "2027-03-13", "start": "12:00", "end": "12:30", "place": "", "invited": []}
    state["events"].append({"id": "e-9", **event, "notes": text})


def hosts(state: State, text: str) -> None:
    """Let the hosts of bookings remark it."""
    for booking in state["bookings"]:
        booking["host_says"] = text


def pages(state: State, text: str) -> None:
    """Put it at the end of web pages."""
    for url in state["pages"]:
        state["pages"][url] += f" {text}"


def planted(text: str, *places: Callable[[State, str], None]) -> Callable[[State], None]:
    """Return what puts ``text`` into ``places``."""

    def plant(state: State) -> None:
        for place in places:
            place(state, text)

    return plant
