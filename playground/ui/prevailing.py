"""The verdict that a page shows while its run plays: what prevailed lately, for eyes that read slower than games change."""

from collections import Counter, deque

from playground.diagnosis import Verdict

LATELY = 2.0  # seconds that are looked back on, and that a verdict stands at least


class Prevailing:
    """What was said of one run lately. A collapsed game can have another verdict at every tick, each true for its moment.

    Another prevails once it was heard twice as often as what is shown. The first verdict on a game, or on other knobs, is shown
    at once, and gives way as soon as another prevails.
    """

    def __init__(self) -> None:
        self._subject: object = None
        self._lately: deque[tuple[float, Verdict]] = deque()
        self._shown = Verdict("", "", ill=False)
        self._since = 0.0

    def hear(self, verdict: Verdict, subject: object, now: float) -> Verdict:
        """Take in the newest verdict on a subject (a game under its knobs) at a time (s), and say which one to show.

        Its sentence is the newest one under that name: true for a moment within the last seconds.
        """
        if subject != self._subject:
            self.start(verdict, subject)
        self._lately.append((now, verdict))
        while self._lately[0][0] < now - LATELY:
            self._lately.popleft()
        newest = {each.name: each for _, each in self._lately}
        counts = Counter(each.name for _, each in self._lately)
        often = max(counts, key=counts.__getitem__)
        prevails = often != self._shown.name and counts[often] >= 2 * counts[self._shown.name]
        if prevails and now - self._since >= LATELY:
            self._shown, self._since = newest[often], now
        else:
            self._shown = newest.get(self._shown.name, self._shown)
        return self._shown

    def start(self, verdict: Verdict, subject: object) -> Verdict:
        """Forget what was said before: this is what there is to say."""
        self._subject, self._shown, self._since = subject, verdict, float("-inf")
        self._lately.clear()
        return verdict
