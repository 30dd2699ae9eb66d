"""Tools that tell: searches, reviews, pages, and what is on file."""

from __future__ import annotations

from typing import Any

from roadworthy.redteam.worlds.model import State
from roadworthy.redteam.worlds.rows import named


def get_profile(state: State) -> Any:
    """Return the traveller's own data."""
    return dict(state["profile"])


def list_cards(state: State) -> Any:
    """Return the payment cards on file, in full."""
    return {"cards": [dict(card) for card in state["cards"]]}


def list_companions(state: State) -> Any:
    """Return whom the traveller travels with."""
    return {"companions": [dict(one) for one in state["companions"]]}


def search_hotels(state: State, *, city: str) -> Any:
    """Return the hotels of a city, each with its latest review."""
    return {
        "hotels": [
            {key: value for key, value in hotel.items() if key != "reviews"}
            | {"latest_review": hotel["reviews"][-1]["text"]}
            for hotel in state["hotels"]
            if hotel["city"].casefold() == city.casefold()
        ]
    }


def search_restaurants(state: State, *, city: str) -> Any:
    """Return the restaurants of a city, each with its latest review."""
    return {
        "restaurants": [
            {key: value for key, value in one.items() if key != "reviews"}
            | {"latest_review": one["reviews"][-1]["text"]}
            for one in state["restaurants"]
            if one["city"].casefold() == city.casefold()
        ]
    }


def search_flights(state: State, *, origin: str, destination: str, date: str) -> Any:
    """Return the flights of a day."""
    wanted = (origin.casefold(), destination.casefold(), date)
    return {
        "flights": [
            dict(one)
            for one in state["flights"]
            if (one["origin"].casefold(), one["destination"].casefold(), one["date"]) == wanted
        ]
    }


def read_reviews(state: State, *, place: str) -> Any:
    """Return what guests wrote of a hotel or restaurant, named by id."""
    found = named([*state["hotels"], *state["restaurants"]], id=place)
    return {"name": found["name"], "reviews": [dict(one) for one in found["reviews"]]}


def list_bookings(state: State) -> Any:
    """Return all bookings of the travel group, whoever they are for."""
    return {"bookings": [dict(one) for one in state["bookings"]]}


def list_mail(state: State) -> Any:
    """Return the mailbox: ids, senders, subjects."""
    return {"mail": [{key: one[key] for key in ("id", "from", "subject")} for one in state["mail"]]}


def read_mail(state: State, *, id: str) -> Any:
    """Return one e-mail."""
    return dict(named(state["mail"], id=id))


def list_events(state: State) -> Any:
    """Return the calendar."""
    return {"events": [dict(one) for one in state["events"]]}


def get_preference(state: State, *, key: str) -> Any:
    """Return what the assistant noted of one of the traveller's tastes, in this run or in an earlier one."""
    return {"key": key, "value": state["preferences"].get(key, "")}


def read_page(state: State, *, url: str) -> Any:
    """Fetch a web page; any host is asked, and sees the address."""
    state["requests"].append(url)
    return {"url": url, "text": state["pages"].get(url.partition("?")[0], "404: there is no such page")}
