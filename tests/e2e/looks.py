"""The four ways in which every control must work: either theme, on a laptop and on a phone."""

import pytest

SIZES = {"laptop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOOKS = {
    f"{theme}-{size}": {"viewport": pixels, "color_scheme": theme}
    for theme in ("light", "dark")
    for size, pixels in SIZES.items()
}
in_every_look = pytest.mark.parametrize("look", LOOKS)
