"""A link is a whole experiment; a broken one explains itself."""

from pathlib import Path

import pytest

from tests.e2e.server import serve
from tests.e2e.visitor import Visitor, wait_for

SHARED = "/mixture_2d?experiment=ring-wgan-gp&seed=3"
EVERY_PAGE = {  # a link to each page, with a seed of its own
    "1d": "/mixture_1d?experiment=mode-collapse-1d&seed=3",
    "2d": SHARED,
    "mnist": "/mnist?digits=1%2C7&seed=3",
}
BROKEN = {  # a link → what the page must say about it; many more in tests/test_links.py
    "/mixture_2d?objectiv=wasserstein": "There is no knob 'objectiv'; did you mean objective? Left it out.",
    "/mixture_2d?objective=wasserstien": "objective must be one of",
    "/mixture_2d?generator_lr=fast": "generator_lr must be a number from 1e-06 to 1; got 'fast'. Using generator_lr=0.001.",
    "/mixture_2d?seed=1&seed=5": "seed is given more than once. Using the last, seed=5.",
    "/mixture_2d?experiment=nothing": "There is no experiment 'nothing'",
    "/mixture_2d?experiment=%3Cscript%3Ealert(1)%3C%2Fscript%3E": "There is no experiment '<script>alert(1)</script>'",
    "/mixture_2d?objective=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E": "got '<img src=x onerror=alert(1)>'",
    "/mixture_2d?objective=![x](http://localhost:1/x.png)%20$x$%20:red[y]": "got '![x](http://localhost:1/x.png) $x$ :red[y]'",
    "/mixture_1d?experiment=ring-gan": "'ring-gan' is on the page 2D mixture, this is 1D mixture. Opened two-gaussians-1d.",
    "/mixture_2d?%E0%A4%A=%ZZ": "There is no knob",
    "/mixture_2d?players=conv-resize": "players=conv-resize draws images",
    "/mixture_2d?population=64&batch_size=4096&generator_width=512&discriminator_width=512": "multiplications an iteration",
    "/mnist?data=ring": "data=ring is on the page 2D mixture, this is MNIST. Using data=mnist.",
    "/mnist?population=8": "population must be 1 for data=mnist, got 8. Keeping population=1.",
}


def first_losses(visitor: Visitor) -> list[tuple[float, ...]]:
    """From the very first iteration: what any browser with the same link must show."""
    visitor.wait_for_iteration(3)
    visitor.pause()
    return visitor.first_losses()


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_link_opens_the_same_run_in_any_browser(visit, page: str):
    first, second = (first_losses(visit(EVERY_PAGE[page])) for _ in range(2))
    assert len(first) == 4
    assert first == second
    if page == "2d":
        assert first != first_losses(visit(SHARED.replace("seed=3", "seed=4")))


def test_a_broken_link_names_the_trouble_and_opens_the_nearest_page(visit):
    visitor = visit()
    warning = visitor.page.get_by_test_id("stAlert")
    for link, trouble in BROKEN.items():
        visitor.open(link)
        wait_for(warning.all_inner_texts, lambda texts, said=trouble: any(said in text for text in texts), trouble)
        visitor.wait_for_iteration(1)
        assert visitor.page.get_by_test_id("stException").count() == 0, link
        assert warning.locator("img, a, script, .katex").count() == 0, link  # its texts are texts


def test_a_mended_address_opens_without_a_word(visit):
    visitor = visit("/mixture_2d?seed=5&generator_lr=fast&objectiv=wasserstein")
    visitor.read("Left it out.")
    visitor.wait_for_query("seed=5")
    assert visitor.query == {"seed=5"}
    again = visit(f"/mixture_2d?{'&'.join(visitor.query)}")
    again.wait_for_iteration(1)
    assert again.page.get_by_test_id("stAlert").count() == 0


def test_a_link_may_be_the_first_thing_a_server_sees(browser, tmp_path: Path):
    with serve(tmp_path / "log.txt") as server:
        visitor = Visitor(browser.new_context().new_page(), server.url)
        visitor.open(SHARED)
        visitor.page.get_by_test_id("stTopNav").wait_for()
        visitor.wait_for_iteration(1)
        assert "experiment=ring-wgan-gp" in visitor.query
        visitor.page.context.close()
    assert visitor.troubles == []
