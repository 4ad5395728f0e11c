"""What a handout says beside the book, in each language, and the variants that there are of each."""

from dataclasses import dataclass

from d2lparams.view.spec import Text, both

LANGUAGES = ("en", "ko")  # a handout has one: two columns would take twice the paper
CONTENTS = both("Contents", "차례")
COVER = both("Cover", "표지")
ANSWER = both("My answer", "내 답")
PREDICTION = both("My prediction", "내 예측")
LICENCE = both("Text: CC BY-SA 4.0. Code: MIT.", "글: CC BY-SA 4.0. 코드: MIT.")


@dataclass(frozen=True)
class Variant:
    """What becomes of exercises: how its files end, what it says of itself, whether there is room, what is shown."""

    suffix: str
    says: Text
    room: bool = True
    hints: bool = False
    solutions: bool = False


ROOM = Variant("", both("With room for answers", "답을 쓸 자리가 있는 판"))
HINTS = Variant("-hints", both("With hints and room for answers", "힌트와 답을 쓸 자리가 있는 판"), hints=True)
SOLUTIONS = Variant("-solutions", both("With hints and solutions", "힌트와 풀이가 있는 판"), False, True, True)
VARIANTS = (ROOM, HINTS, SOLUTIONS)
