"""The language of server-owned texts, from Accept-Language (RFC 9110, 12.5.4). French unless English is preferred."""

from functools import lru_cache

from sel_contract import Language

_LONGEST = 200
_MOST_KEPT = 256


def language_of(header: str | None) -> Language:
    """Return the language that the header prefers among ours.

    Args:
        header: the value of Accept-Language, or None.
    """
    return _preferred((header or "")[:_LONGEST])


@lru_cache(_MOST_KEPT)
def _preferred(header: str) -> Language:
    best: dict[str, float] = {}
    for part in header.lower().split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        main = tag.strip()[:2]
        best[main] = max(best.get(main, 0.0), quality)
    return Language.ENGLISH if best.get("en", 0.0) > best.get("fr", 0.0) else Language.FRENCH
