"""The trades of the industry, suggested while one is typed: never a narrowing to what a file holds. Pure."""

from __future__ import annotations

from typing import Final

from sel_contract.rules.trades import trade_key

# The trades of the « Règlement sur la formation professionnelle de la main-d'œuvre de l'industrie de la construction »
# (R-20, r. 8) and a speciality that was one, in the masculine; from general knowledge, and suggestions only.
TRADES: Final = (
    *(
        "briqueteur-maçon",
        "calorifugeur",
        "carreleur",
        "charpentier-menuisier",
        "chaudronnier",
        "cimentier-applicateur",
    ),
    *("couvreur", "électricien", "ferblantier", "ferrailleur", "frigoriste", "grutier"),
    *("installateur de systèmes de sécurité", "mécanicien d’ascenseur", "mécanicien de chantier"),
    *(
        "mécanicien de machines lourdes",
        "mécanicien en protection-incendie",
        "monteur-assembleur",
        "monteur-mécanicien (vitrier)",
    ),
    *("opérateur d’équipement lourd", "opérateur de pelles mécaniques", "peintre", "plâtrier"),
    *("poseur de revêtements souples", "poseur de systèmes intérieurs", "tuyauteur"),
)
MOST: Final = 3
_SHORTEST: Final = 4
_BY_KEY: Final = {trade_key(trade): trade for trade in TRADES}


def is_trade(text: str) -> bool:
    """Tell whether `text` names one of the trades, in any gender and number."""
    return trade_key(text) in _BY_KEY


def suggested_trades(text: str) -> tuple[str, ...]:
    """Return the trades of which `text` is a part, at most three; none where it is a whole one or too short."""
    key = trade_key(text)
    if len(key) < _SHORTEST or key in _BY_KEY:
        return ()
    return tuple(trade for known, trade in _BY_KEY.items() if key in known)[:MOST]
