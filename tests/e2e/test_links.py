"""A link is a whole experiment; a broken one explains itself."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.looks import LOOKS
from tests.e2e.server import serve
from tests.e2e.visitor import Visitor, wait_for

SHARED = "/mixture_2d?experiment=ring-wgan-gp&seed=3"
EVERY_PAGE = {  # a link to each page, with a seed of its own
    "1d": "/mixture_1d?experiment=mode-collapse-1d&seed=3",
    "2d": SHARED,
    "mnist": "/mnist?digits=1%2C7&seed=3",
}
MENDED = "/mixture_2d?seed=5"
BROKEN = {  # a link → what the page must say about it; many more in tests/test_links.py
    "/mixture_2d?experiment=%3Cscript%3Ealert(1)%3C%2Fscript%3E&objective=wasserstien": (
        "There is no experiment '<script>alert(1)</script>'",
        "objective must be one of",
    ),
    "/mixture_2d?objective=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E![x](http://localhost:1/x.png)%20$x$%20:red[y]": (
        "got '<img src=x onerror=alert(1)>![x](http://localhost:1/x.png) $x$ :red[y]'",
    ),
    "/mixture_1d?experiment=ring-gan": (
        "'ring-gan' is on the page 2D mixture, this is 1D mixture. Opened two-gaussians-1d.",
    ),
    "/mixture_2d?%E0%A4%A=%ZZ&players=conv-resize": ("There is no knob", "players=conv-resize draws images"),
    "/mixture_2d?population=64&batch_size=4096&generator_width=512&discriminator_width=512": (
        "multiplications an iteration",
    ),
    "/mnist?data=ring": ("data=ring is on the page 2D mixture, this is MNIST. Using data=mnist.",),
    "/mnist?population=8": ("population must be 1 for data=mnist, got 8. Keeping population=1.",),
    "/mixture_2d?seed=1&seed=5&generator_lr=fast&objectiv=wasserstein": (  # the last: its address is looked at below
        "There is no knob 'objectiv'; did you mean objective? Left it out.",
        "generator_lr must be a number from 1e-06 to 1; got 'fast'. Using generator_lr=0.001.",
        "seed is given more than once. Using the last, seed=5.",
    ),
}


def first_losses(visitor: Visitor) -> list[tuple[float, ...]]:
    """From the very first iteration: what any browser with the same link must show."""
    visitor.wait_for_iteration(3)
    visitor.pause()
    return visitor.first_losses()


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_link_opens_the_same_run_in_any_browser_and_another_seed_is_another_run(visit, page: str):
    first = first_losses(visit(EVERY_PAGE[page], **LOOKS["light-laptop"]))
    phone = visit(EVERY_PAGE[page], **LOOKS["dark-phone"])
    second = first_losses(phone)
    assert len(first) == 4
    assert first == second
    phone.press("New seed")
    phone.wait_for_query("seed=4")
    assert phone.first_losses() != first


def test_a_broken_link_names_the_trouble_opens_the_nearest_page_and_is_mended(visit):
    visitor = visit()
    for link, troubles in BROKEN.items():
        names_the_trouble_and_opens_the_nearest_page(visitor, link, troubles)
    visitor.wait_for_query("seed=5")
    assert visitor.query == set(urlsplit(MENDED).query.split("&"))
    opens_without_a_word(visitor, MENDED)


def names_the_trouble_and_opens_the_nearest_page(visitor: Visitor, link: str, troubles: Iterable[str]) -> None:
    warning = visitor.page.get_by_test_id("stAlert")
    visitor.open(link)
    for trouble in troubles:
        wait_for(warning.all_inner_texts, lambda texts, said=trouble: any(said in text for text in texts), trouble)
    visitor.wait_for_iteration(1)
    assert visitor.page.get_by_test_id("stException").count() == 0, link
    assert warning.locator("img, a, script, .katex").count() == 0, link  # its texts are texts


def opens_without_a_word(visitor: Visitor, link: str) -> None:
    visitor.open(link)
    visitor.wait_for_iteration(1)
    assert visitor.page.get_by_test_id("stAlert").count() == 0


def test_a_link_may_be_the_first_thing_a_server_sees(browser, tmp_path: Path):
    with serve(tmp_path / "log.txt") as server:
        visitor = Visitor(browser.new_context().new_page(), server.url)
        visitor.open(SHARED)
        visitor.page.get_by_test_id("stTopNav").wait_for()
        visitor.wait_for_iteration(1)
        assert "experiment=ring-wgan-gp" in visitor.query
        visitor.page.context.close()
    assert visitor.troubles == []
