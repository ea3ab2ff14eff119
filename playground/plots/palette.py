"""The one palette: a colour by what it stands for, never by its name, in a light and a dark variant.

Blue is real and orange is fake everywhere, as in Okabe and Ito's palette, https://jfly.uni-koeln.de/color/; violet is the
discriminator, much darker than blue, because who sees no green or no red sees both as blue. `tests/test_palette.py`
measures that they stay apart under simulated colour blindness.
"""

from typing import NamedTuple


class Shade(NamedTuple):
    """One role's colour on a light and on a dark background, as #rrggbb."""

    light: str
    dark: str


PALETTE = {
    "real": Shade("#0671d7", "#8dd0f7"),
    "fake": Shade("#d55e00", "#ff9440"),
    "discriminator": Shade("#5c0e67", "#9666f7"),
    "optimum": Shade("#736e66", "#b5ad9c"),
    "transport": Shade("#0b7a57", "#37c495"),
    "violation": Shade("#b3165e", "#f06ba8"),
    "arrows": Shade("#1b1e24", "#f1efe8"),
    "floor": Shade("#8f8a80", "#8b8578"),
    "ink": Shade("#22262e", "#ece9e2"),
    "muted": Shade("#63605a", "#a9a49a"),
    "grid": Shade("#e6e2da", "#2c313b"),
    "paper": Shade("#fcfbf8", "#14171d"),
    "heat_real": Shade("#9cc8e8", "#1d5784"),
    "heat_middle": Shade("#f6f3ee", "#1b1f27"),
    "heat_fake": Shade("#f8c69a", "#85441a"),
}

# a discriminator's heat map runs from "surely fake" over "cannot tell" to "surely real"
DIVERGING = ("heat_fake", "heat_middle", "heat_real")


def shade(role: str) -> Shade:
    """The colours of a role; an unknown role is an error that lists the roles."""
    if role not in PALETTE:
        raise ValueError(f"no colour for the role {role!r}; the roles are {', '.join(PALETTE)}")
    return PALETTE[role]


def light(role: str) -> str:
    """A role's colour on a light background: the one that figures are made with (the browser darkens them)."""
    return shade(role).light
