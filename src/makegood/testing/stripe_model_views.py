"""How Stripe shows its objects: alone, expanded, and in lists by pages, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from makegood.testing.stripe_model_money import Books, Object

_LARGEST_PAGE = 100


def shown(thing: Object) -> Object:
    """Without what the model keeps for itself."""
    return {name: value for name, value in thing.items() if name != "made_ms"}


def charge_view(books: Books, name: str) -> Object:
    return dict(books.one(books.charges, name, "charge"))


def intent_view(books: Books, name: str, *, expand: bool) -> Object:
    intent = dict(books.one(books.intents, name, "payment_intent"))
    if expand and intent["latest_charge"] is not None:
        intent["latest_charge"] = charge_view(books, intent["latest_charge"])
    return intent


def listed(things: Iterable[Object], params: Mapping[str, str], url: str, filters: Sequence[str]) -> Object:
    """A page, newest first: `limit` and `starting_after` as the API has them."""
    found = [one for one in things if all(one[name] == params[name] for name in filters if name in params)][::-1]
    if after := params.get("starting_after"):
        names = [one["id"] for one in found]
        found = found[names.index(after) + 1 :] if after in names else []
    limit = min(int(params.get("limit", "10")), _LARGEST_PAGE)
    page = [shown(one) for one in found[:limit]]
    return {"object": "list", "data": page, "has_more": len(found) > limit, "url": url}
