"""The pictures of slow motion: which of `plots/slides.py` a stage gets, by the dimension of the data."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from playground.plots import slides
from playground.plots.view import View
from playground.slow_motion import Stage, Update
from playground.slow_motion.update import Array


def picture(stage: Stage, iteration: int) -> View:
    """A stage's picture, in words too."""
    u = stage.update
    view = VIEWS[stage.kind](u) if stage.kind in VIEWS else PICTURES[min(u.fake.shape[1], 3)][stage.kind](u)
    revision = f"{u.config.data} {stage.kind}"
    return replace(view, alt=f"{stage.title}. {stage.caption}", iteration=iteration, revision=revision)


def title_of(u: Update) -> str:
    return "D(x)" if u.probable else "c(x)" if u.name == "c" else "D(x), raw"


def loss(u: Update) -> View:
    assert u.curve is not None and u.curve_real is not None and u.cost_real is not None and u.d_real is not None
    if u.curve_fake is None or u.cost_fake is None:
        return slides.losses(
            u.curve, u.curve_real, None, {"real": (u.d_real - u.d_fake, u.cost_real)}, "d(x) − d(G(z))"
        )
    samples = {"real": (u.d_real, u.cost_real), "fake": (u.d_fake, u.cost_fake)}
    return slides.losses(u.curve, u.curve_real, u.curve_fake, samples, "D's raw output d")


def points(u: Update, d_real: Array | None, d_fake: Array) -> dict[str, tuple[Array, Array]]:
    """Samples on a line, each at its output."""
    fakes = {"fake": (u.seen[:, 0], u.of_each(u.said(d_fake)))}
    if u.real is None or d_real is None:
        return fakes
    return {"real": (u.real[:, 0], u.of_each(u.said(d_real)))} | fakes


def line_fakes(u: Update) -> View:
    assert u.axis is not None
    return slides.line_fakes(u.fake, u.real, u.axis)


def line_outputs(u: Update) -> View:
    assert u.axis is not None and u.field is not None
    return slides.line_judged(u.axis, u.said(u.field), points(u, u.d_real, u.d_fake), title_of(u))


def line_gradient(u: Update) -> View:
    assert u.axis is not None and u.push_real is not None and u.push_fake is not None
    view = line_outputs(u)
    pushes = {"real": u.of_each(u.push_real), "fake": u.of_each(u.push_fake)}
    on = points(u, u.d_real, u.d_fake)
    x, d, push = (np.concatenate(part) for part in zip(*((*on[who], pushes[who]) for who in on), strict=True))
    return replace(view, layers=(*view.layers, slides.upright(x, d, push, view.y)))


def line_update(u: Update) -> View:
    assert u.axis is not None and u.field is not None and u.field_after is not None
    samples = points(u, u.d_real_after, u.d_fake_after)
    return slides.line_judged(u.axis, u.said(u.field_after), samples, title_of(u), u.said(u.field))


def line_pull(u: Update) -> View:
    assert u.axis is not None and u.pull is not None
    view, (x, d) = line_outputs(u), points(u, None, u.d_fake)["fake"]
    return replace(view, layers=(*view.layers, slides.sideways(x, d, u.pull[:, 0], u.axis)))


def line_move(u: Update) -> View:
    assert u.axis is not None and u.fake_after is not None
    return slides.line_moved(u.fake, u.fake_after, u.axis)


def both(u: Update) -> dict[str, Array]:
    return ({} if u.real is None else {"real": u.real}) | {"fake": u.seen}


def plane_fakes(u: Update) -> View:
    assert u.axis is not None
    return slides.plane(u.axis, {"fake": u.fake})


def plane_outputs(u: Update) -> View:
    assert u.axis is not None and u.field is not None
    return slides.plane(u.axis, both(u), below=slides.judged(u.axis, u.field, u.probable))


def plane_gradient(u: Update) -> View:
    assert u.axis is not None and u.field_push is not None
    return slides.plane(u.axis, both(u), below=slides.changed(u.axis, u.field_push, "this gradient's wish"))


def plane_update(u: Update) -> View:
    assert u.axis is not None and u.field is not None and u.field_after is not None
    moved = u.said(u.field_after) - u.said(u.field)
    return slides.plane(u.axis, both(u), below=slides.changed(u.axis, moved, "D after − before"))


def plane_pull(u: Update) -> View:
    assert u.axis is not None and u.field is not None and u.pull is not None
    arrows = slides.plane_pulls(u.seen, u.pull, u.axis)
    return slides.plane(u.axis, {"fake": u.seen}, arrows, slides.judged(u.axis, u.field, u.probable))


def plane_move(u: Update) -> View:
    assert u.axis is not None and u.field is not None and u.fake_after is not None
    arrows = [slides.plane_moves(u.fake, u.fake_after, u.axis)]
    return slides.plane(u.axis, {"fake": u.fake}, arrows, slides.judged(u.axis, u.field, u.probable))


def tiles(images: Array, labels: list[str], role: str) -> list[slides.Tile]:
    return [(image, label, role) for image, label in zip(images, labels, strict=True)]


def marked(u: Update, d: Array, after: Array | None = None) -> list[str]:
    """What D says of each image, or said before and says after."""
    now = [f"{value:.2f}" for value in u.of_each(u.said(d))]
    return now if after is None else [f"{a} → {b}" for a, b in zip(now, marked(u, after), strict=True)]


def digit_fakes(u: Update) -> View:
    return slides.digits(tiles(u.fake, [""] * len(u.fake), "fake"))


def digit_outputs(u: Update) -> View:
    fakes = tiles(u.seen, [f"fake {text}" for text in marked(u, u.d_fake)], "fake")
    if u.real is None or u.d_real is None:
        return slides.digits(fakes)
    return slides.digits(tiles(u.real, [f"real {text}" for text in marked(u, u.d_real)], "real") + fakes)


def digit_gradient(u: Update) -> View:
    assert u.real is not None and u.push_real is not None and u.push_fake is not None
    said = [[f"{'↑' if push > 0 else '↓'} {abs(push):.2f}" for push in u.of_each(pushes)]
            for pushes in (u.push_real, u.push_fake)]  # fmt: skip
    return slides.digits(tiles(u.real, said[0], "real") + tiles(u.seen, said[1], "fake"))


def digit_update(u: Update) -> View:
    assert u.real is not None and u.d_real is not None and u.d_real_after is not None
    reals = tiles(u.real, marked(u, u.d_real, u.d_real_after), "real")
    return slides.digits(reals + tiles(u.seen, marked(u, u.d_fake, u.d_fake_after), "fake"))


def digit_pull(u: Update) -> View:
    assert u.pull is not None
    wishes = tiles(slides.relative(u.pull), ["pull"] * len(u.pull), "ink")
    return slides.digits(slides.paired(tiles(u.seen, [f"fake {d}" for d in marked(u, u.d_fake)], "fake"), wishes))


def digit_move(u: Update) -> View:
    assert u.fake_after is not None
    before = tiles(u.fake, [f"before {d}" for d in marked(u, u.d_fake)], "muted")
    return slides.digits(
        slides.paired(before, tiles(u.fake_after, [f"after {d}" for d in marked(u, u.d_fake_after)], "fake"))
    )


Picture = Callable[[Update], View]
VIEWS: dict[str, Picture] = {"latents": lambda u: slides.latents(u.z), "loss": loss}
PICTURES: dict[int, dict[str, Picture]] = {  # of the data's dimension, 3 for images
    1: {
        "fakes": line_fakes,
        "outputs": line_outputs,
        "gradient": line_gradient,
        "update": line_update,
        "turn": line_outputs,
        "pull": line_pull,
        "move": line_move,
    },
    2: {
        "fakes": plane_fakes,
        "outputs": plane_outputs,
        "gradient": plane_gradient,
        "update": plane_update,
        "turn": plane_outputs,
        "pull": plane_pull,
        "move": plane_move,
    },
    3: {
        "fakes": digit_fakes,
        "outputs": digit_outputs,
        "gradient": digit_gradient,
        "update": digit_update,
        "turn": digit_outputs,
        "pull": digit_pull,
        "move": digit_move,
    },
}
