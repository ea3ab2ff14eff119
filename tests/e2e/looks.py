"""The two looks in which every control must work: between them both themes, a laptop and a phone."""

import pytest

LOOKS = {
    "light-laptop": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
in_every_look = pytest.mark.parametrize("look", LOOKS)
