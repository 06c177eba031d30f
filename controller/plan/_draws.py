"""Owns the numbers of searches that try things by turns: a fixed sequence, never chance."""


class Draws:
    """A fixed sequence of numbers. Source: Knuth, MMIX."""

    def __init__(self) -> None:
        self._state = 1

    def below(self, end: int) -> int:
        """The next number from 0 to end - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % end
