"""The two looks in which every control must work: between them both themes, a laptop and a phone."""

import pytest

LOOKS = {
    "light-laptop": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
in_every_look = pytest.mark.parametrize("look", LOOKS)
# each page once, and between them each look: a visit costs seconds, and a look seldom matters to one page alone
on_every_page = pytest.mark.parametrize(
    ("page", "look"), [("1d", "light-laptop"), ("2d", "dark-phone"), ("mnist", "light-laptop")]
)
