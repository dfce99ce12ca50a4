"""On whose behalf a service provider says that it asks: RequesterID (Core §3.4.1.2).

Pure.  What is registered is shown by its name.  Of anything else the page shows
what the service provider claims, as plain text and cut short, since nobody has
vouched for it.
"""

from collections.abc import Callable, Sequence

from sp_registry.service_provider import ServiceProvider
from sp_registry.snapshot import UnknownServiceProvider

MOST_SHOWN = 3  # a page is no place for a longer list; the first is nearest to the person
LONGEST_CLAIM = 80  # characters


def shown(
    requester_ids: Sequence[str],
    find: Callable[[str], ServiceProvider],
    name_of: Callable[[ServiceProvider], str],
) -> tuple[str, ...]:
    """What the login page says of them; `find` raises UnknownServiceProvider."""
    texts = []
    for entity_id in requester_ids[:MOST_SHOWN]:
        try:
            texts.append(name_of(find(entity_id)))
        except UnknownServiceProvider:
            texts.append(claim(entity_id))
    return tuple(text for text in texts if text)


def claim(entity_id: str) -> str:
    printable = "".join(sign for sign in entity_id.strip() if sign.isprintable())
    return printable if len(printable) <= LONGEST_CLAIM else f"{printable[:LONGEST_CLAIM]}…"
