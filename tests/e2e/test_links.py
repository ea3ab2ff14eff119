"""A link is a whole experiment; a broken one explains itself."""

from pathlib import Path

import pytest

from tests.e2e.server import serve
from tests.e2e.visitor import Visitor, wait_for

SHARED = "/mixture_2d?experiment=ring-wgan-gp&seed=3"
BROKEN = {  # a link → what the page must say about it
    "/mixture_2d?objectiv=wasserstein": "no knob 'objectiv'",
    "/mixture_2d?objective=wasserstien": "objective",
    "/mixture_2d?generator_lr=fast": "generator_lr",
    "/mixture_2d?generator_lr=1e9": "generator_lr",
    "/mixture_2d?generator_lr=nan": "generator_lr",
    "/mixture_2d?seed=-1": "seed",
    "/mixture_2d?seed=99999999999999999999": "seed",
    "/mixture_2d?experiment=nothing": "no experiment 'nothing'",
    "/mixture_1d?experiment=ring-gan": "no experiment 'ring-gan'",
    "/mixture_2d?data=two-gaussians&modes=%00%F0%9F%92%A5": "modes",
    "/mixture_2d?players=conv-resize": "players",
    "/mnist?data=ring": "ring",
}


def first_losses(visitor: Visitor) -> list[tuple[float, ...]]:
    """From the very first iteration: what any browser with the same link must show."""
    visitor.wait_for_iteration(3)
    visitor.pause()
    return visitor.first_losses()


def test_a_link_opens_the_same_run_in_any_browser(visit):
    first, second = (first_losses(visit(SHARED)) for _ in range(2))
    assert len(first) == 4
    assert first == second


def test_another_seed_is_another_run(visit):
    assert first_losses(visit(SHARED)) != first_losses(visit(SHARED.replace("seed=3", "seed=4")))


@pytest.mark.parametrize("link", BROKEN)
def test_a_broken_link_names_the_trouble_and_opens_the_nearest_page(visit, link):
    visitor = visit(link)
    warning = visitor.page.get_by_test_id("stAlert")
    wait_for(warning.all_inner_texts, lambda texts: any(BROKEN[link] in text for text in texts), BROKEN[link])
    visitor.wait_for_iteration(1)


def test_a_link_may_be_the_first_thing_a_server_sees(browser, tmp_path: Path):
    with serve(tmp_path / "log.txt") as server:
        visitor = Visitor(browser.new_context().new_page(), server.url)
        visitor.open(SHARED)
        visitor.page.get_by_test_id("stTopNav").wait_for()
        visitor.wait_for_iteration(1)
        assert "experiment=ring-wgan-gp" in visitor.query
        visitor.page.context.close()
    assert visitor.troubles == []
