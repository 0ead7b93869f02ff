"""Which lines of a text are folded away, and where the others stand."""

from bisect import bisect_right


class Folds:
    """Blocks that are folded: the first line of each is shown, the rest up to its last is not."""

    def __init__(self) -> None:
        self._ends: dict[int, int] = {}
        # Where a run of shown lines begins: as shown, and in the text.
        self._shown = [0]
        self._real = [0]
        self.hidden = 0

    def __contains__(self, line: int) -> bool:
        return line in self._ends

    def __bool__(self) -> bool:
        return bool(self._ends)

    def end(self, line: int) -> int:
        """Give the last line of the block that is folded at a line."""
        return self._ends[line]

    def fold(self, blocks: dict[int, int]) -> None:
        """Fold blocks, given by first and last line."""
        self._ends |= {first: last for first, last in blocks.items() if last > first}
        self._place()

    def unfold(self, line: int) -> None:
        """Show a block again."""
        self._ends.pop(line, None)
        self._place()

    def clear(self) -> None:
        """Show everything."""
        self._ends.clear()
        self._place()

    def reveal(self, line: int) -> bool:
        """Unfold whatever hides a line; tell whether anything did."""
        around = [first for first, last in self._ends.items() if first < line <= last]
        for first in around:
            del self._ends[first]
        self._place()
        return bool(around)

    def real(self, shown: int) -> int:
        """Give the line of the text that is shown as this one."""
        at = bisect_right(self._shown, shown) - 1
        return self._real[at] + shown - self._shown[at]

    def shown(self, real: int) -> int:
        """Give where a line of the text is shown; a folded one is where its block is."""
        at = max(0, bisect_right(self._real, real) - 1)
        shown = self._shown[at] + real - self._real[at]
        return min(shown, self._shown[at + 1] - 1) if at + 1 < len(self._shown) else shown

    def _place(self) -> None:
        self._shown, self._real, self.hidden, last_end = [0], [0], 0, -1
        for first in sorted(self._ends):
            if first <= last_end:
                continue
            last_end = self._ends[first]
            self.hidden += last_end - first
            self._real.append(last_end + 1)
            self._shown.append(last_end + 1 - self.hidden)
