"""Nobody watches, nothing trains: closed tabs cost neither processor time, nor threads, nor ever more memory."""

import time
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.e2e.server import FORGETFUL, TIDY, Server, serve
from tests.e2e.visitor import Visitor, wait_for

ROUND = 36  # sessions, one after the other
GRACE = 3.0  # seconds until a server with nobody to serve must rest


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that only this file visits; those of other files, which somebody looks at, go first."""
    with serve(tmp_path_factory.mktemp("lonely") / "log.txt", FORGETFUL) as running:
        yield running


def test_a_closed_tab_stops_training_within_three_seconds(browser, lonely: Server):
    visitor = Visitor(browser.new_context().new_page(), lonely.url)
    visitor.open("/mixture_2d")
    visitor.wait_for_iteration(20)
    assert lonely.cpu(1.0) > 0.05
    visitor.page.context.close()
    time.sleep(GRACE)
    assert lonely.cpu(2.0) < 0.05


@pytest.mark.slow
def test_two_hundred_sessions_leave_nothing_behind(browser, lonely: Server):
    """Streamlit keeps one closed session here, so that more of them replace it and nothing grows."""
    for _ in range(10):
        visitor = Visitor(browser.new_context().new_page(), lonely.url)
        visitor.open("/mixture_2d")
        visitor.page.context.close()
    rounds = []
    for _ in range(6):
        for _ in range(ROUND):
            come_and_go(lonely.url)
        rounds.append(at_rest(lonely))
    earlier, later = (list(zip(*part, strict=True)) for part in (rounds[:3], rounds[3:]))
    # pools of helper threads grow with what comes at once, to an end; what a session leaves behind grows with every round
    most = max(*earlier[0], *later[0][:-1])
    wait_for(lonely.threads, lambda threads: threads <= most, f"{most} threads, after {earlier[0]}, {later[0]}")
    assert min(later[1]) <= 1.05 * min(earlier[1])  # memory, which swings until the collector comes by


def at_rest(server: Server) -> tuple[int, float]:
    """Threads and memory, once no session trains any more."""
    wait_for(lambda: server.cpu(1.0), lambda share: share < 0.05, "a server at rest")
    if TIDY is not None:
        server.process.send_signal(TIDY)
        wait_for(lambda: server.cpu(1.0), lambda share: share < 0.05, "a server that has tidied up")
    return server.threads(), server.memory()


def come_and_go(url: str, page: str = "mixture_2d") -> None:
    """A browser without a window: open a session, ask for frames as a browser does until a picture comes, and leave."""
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        socket.send(rerun(page_name=page))
        fragment, picture = "", False
        while not picture:
            message = ForwardMsg.FromString(socket.recv(timeout=30, decode=False))
            kind = message.WhichOneof("type")
            if kind == "auto_rerun":
                fragment = message.auto_rerun.fragment_id
            elif kind == "script_finished":
                time.sleep(0.1)
                socket.send(rerun(page_name=page, fragment_id=fragment))
            elif kind == "delta":
                picture = bool(message.delta.new_element.bidi_component.bytes)


def rerun(**state: str) -> bytes:
    """A browser's request to run the page, or its fragment."""
    message = BackMsg()
    for name, value in state.items():
        setattr(message.rerun_script, name, value)
    return message.SerializeToString()
