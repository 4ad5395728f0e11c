"""Numbers as a text writes them, in figures, with a word for thousands or in Korean counting, and what they mean.

>>> [value(number) for number in NUMBER.findall("7,946 of 163 million, 1억 6,300만 개 중 9.5e-7")]
[7946.0, 163000000.0, 163000000.0, 9.5e-07]
"""

import functools
import re

SCALES = {" thousand": 10**3, " million": 10**6, " billion": 10**9, "만": 10**4, "억": 10**8}
WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
FIGURES = rf"{WHOLE}(?:\.\d+)?"
COUNTED = rf"{WHOLE}(?:억(?: {WHOLE}만)?|(?<=\d\d)만)"  # behind one digit or decimals, 만 is a particle
NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.,/^+−-])(?:{COUNTED}|{FIGURES}(?:e[+−-]?\d+| (?:thousand|million|billion)\b)?)"
    r"(?![A-Za-z0-9_^/]|,\d|-bit|\.\d|[만억]?분의)"
)
PIECE = re.compile(rf" ?({FIGURES}(?:e[+-]?\d+)?)( [a-z]+|[만억])?")
YEAR = re.compile(r"(?:19|20)\d\d")
LEAST = 13  # whole numbers below are counts that a reader sees


def pieces(number: str) -> list[tuple[str, int]]:
    """Return the figures of a number with what each is multiplied by.

    >>> pieces("1억 6,300만"), pieces("4,000 million")
    ([('1', 100000000), ('6300', 10000)], [('4000', 1000000)])
    """
    plain = number.replace(",", "").replace("−", "-")
    return [(figures, SCALES[word] if word else 1) for figures, word in PIECE.findall(plain)]


def value(number: str) -> float:
    """Return what a number is."""
    return sum(float(figures) * scale for figures, scale in pieces(number))


def places_of(number: str) -> int:
    """Return how many decimals a number is written with."""
    return len(re.split("e", number)[0].partition(".")[2])


def step(number: str) -> float:
    """Return how far apart two numbers are that are written with as many digits as this one.

    A large whole number that ends in zeros has been rounded to the digits before them.

    >>> step("0.23"), step("7,946"), step("163 million"), step("80,000"), step("1,500"), step("9.5e-7")
    (0.01, 1.0, 1000000.0, 10000.0, 100.0, 1e-08)
    """
    figures, scale = pieces(number)[-1]
    mantissa, _, power = figures.partition("e")
    size = float(f"1e{int(power or 0) - places_of(mantissa)}") * scale
    whole = f"{value(number):.0f}"
    zeros = len(whole) - len(whole.rstrip("0"))
    rounded = len(whole) - zeros >= 2 or len(whole) >= 5  # 1,000 and 2,000 are as exact as 1,001
    return float(10**zeros) if "." not in mantissa and not power and zeros >= 2 and rounded else size


def telling(number: str) -> bool:
    """Return whether a number is one that nothing else would show by chance: no whole one of a digit or two.

    >>> telling("0.4"), telling("24"), telling("163 million"), telling("80,000"), telling("9e-7")
    (True, False, True, False, True)
    """
    figures = "".join(figures for figures, _ in pieces(number))
    return "." in figures or "e" in figures or len(figures.strip("0")) >= 3


def says(text: str, number: str) -> bool:
    """Return whether a text has a number, or one with more digits or of another unit that is this one when rounded.

    >>> says("[0.2312 7,946]", "0.23"), says("0.921", "92"), says("0.2312", "0.24"), says("20", "2")
    (True, True, False, False)
    >>> says("162,918,144", "163 million"), says("83883", "80,000"), says("15,400", "16,000")
    (True, True, False)
    """
    wanted, near = value(number), step(number)
    units = (1, 100) if wanted >= 1 else (1,)  # a share may be said in per cent
    return any(
        found == wanted or finest < near and any(abs(unit * found - wanted) <= near / 2 * (1 + 1e-9) for unit in units)
        for found, finest in quantities(text)
    )


@functools.lru_cache(maxsize=4096)
def quantities(text: str) -> frozenset[tuple[float, float]]:
    """Return the numbers of a text, each with how far apart others are that have as many digits."""
    return frozenset((value(number), step(number)) for number in set(NUMBER.findall(text)))
