"""The course: `LESSONS` in their order, one file each."""

from playground.lessons.balance_of_skill import BALANCE_OF_SKILL
from playground.lessons.binary_cross_entropy import BINARY_CROSS_ENTROPY
from playground.lessons.conditional_generation import CONDITIONAL_GENERATION
from playground.lessons.drawing_images import DRAWING_IMAGES
from playground.lessons.earth_movers_distance import EARTH_MOVERS_DISTANCE
from playground.lessons.lesson import Lesson
from playground.lessons.lipschitz import LIPSCHITZ
from playground.lessons.mode_collapse import MODE_COLLAPSE
from playground.lessons.reading_a_sick_gan import READING_A_SICK_GAN
from playground.lessons.stability import STABILITY
from playground.lessons.taking_turns import TAKING_TURNS
from playground.lessons.two_players import TWO_PLAYERS
from playground.lessons.vanishing_gradients import VANISHING_GRADIENTS
from playground.lessons.wasserstein_loss import WASSERSTEIN_LOSS

LESSONS: dict[str, Lesson] = {  # by the name of its page
    "two_players": TWO_PLAYERS,
    "binary_cross_entropy": BINARY_CROSS_ENTROPY,
    "taking_turns": TAKING_TURNS,
    "balance_of_skill": BALANCE_OF_SKILL,
    "mode_collapse": MODE_COLLAPSE,
    "vanishing_gradients": VANISHING_GRADIENTS,
    "earth_movers_distance": EARTH_MOVERS_DISTANCE,
    "wasserstein_loss": WASSERSTEIN_LOSS,
    "lipschitz": LIPSCHITZ,
    "drawing_images": DRAWING_IMAGES,
    "conditional_generation": CONDITIONAL_GENERATION,
    "stability": STABILITY,
    "reading_a_sick_gan": READING_A_SICK_GAN,
}
