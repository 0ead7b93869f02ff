"""Build plain data from the events of the YAML parser, without recursion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .mistakes import QUOTE_IT
from .parts import Mistake, Reading, Spot, TreePath
from .scalars import read_plain

if TYPE_CHECKING:
    from yaml.events import Event

MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000

_TEXT_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})


class StopReadingError(Exception):
    """The text is dangerous to read further."""


class _Broken:
    """Stands for a key or a value that could not be read."""


@dataclass(slots=True)
class _Frame:
    """A mapping or a list that is being read."""

    value: dict[str, Any] | list[Any]
    mark: Any
    first_node: int
    anchor: str | None
    is_key: bool
    key: str | None = None
    key_mark: Any = None
    awaits_key: bool = True
    skips: bool = False


class Builder:
    """Takes one event after another; what is wrong is collected beside the data."""

    def __init__(self, *, with_spots: bool, reading: Reading) -> None:
        self.reading = reading
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._documents = 0
        self._with_spots = with_spots
        self._handlers: Mapping[str, Callable[[Any], None]] = {
            "DocumentStartEvent": self._start_document,
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
            "MappingStartEvent": self._start_mapping,
            "SequenceStartEvent": self._start_sequence,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
        }

    def take(self, event: "Event") -> None:
        """Take the next event."""
        handle = self._handlers.get(type(event).__name__)
        if handle is not None:
            handle(event)

    def _start_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._complain(event.start_mark, "a second document begins here; one file holds one connector")
            raise StopReadingError

    def _scalar(self, event: Any) -> None:
        self._count(event)
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.awaits_key and isinstance(frame.value, dict):
            self._take_key(frame, event)
            return
        value = self._scalar_value(event)
        self._remember(event.anchor, value, 1)
        self._place(value, event.start_mark, event.end_mark)

    def _alias(self, event: Any) -> None:
        value, size = self._anchors.get(event.anchor, (_Broken, 1))
        if value is _Broken:
            self._complain(event.start_mark, f"*{event.anchor} refers to nothing that stands before it")
        self._nodes += size
        self._count(event)
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.awaits_key and isinstance(frame.value, dict):
            self._complain(event.start_mark, "an alias cannot be a key")
            frame.awaits_key, frame.skips = False, True
            return
        self._place(None if value is _Broken else value, event.start_mark, event.end_mark)

    def _start_mapping(self, event: Any) -> None:
        self._open({}, event)

    def _start_sequence(self, event: Any) -> None:
        self._open([], event)

    def _end(self, event: Any) -> None:
        frame = self._frames.pop()
        self._remember(frame.anchor, frame.value, self._nodes - frame.first_node)
        if frame.is_key:
            parent = self._frames[-1]
            parent.awaits_key, parent.skips = False, True
            return
        self._place(frame.value, frame.mark, event.end_mark)

    def _open(self, value: dict[str, Any] | list[Any], event: Any) -> None:
        self._count(event)
        self._refuse_tag(event)
        parent = self._frames[-1] if self._frames else None
        is_key = parent is not None and parent.awaits_key and isinstance(parent.value, dict)
        if is_key:
            both = isinstance(value, dict) and event.flow_style
            self._complain(event.start_mark, QUOTE_IT if both else "a key is text, not a list or a mapping")
        if len(self._frames) >= MAX_DEPTH:
            self._complain(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
            raise StopReadingError
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._frames.append(_Frame(value, event.start_mark, self._nodes, event.anchor, is_key))

    def _take_key(self, frame: _Frame, event: Any) -> None:
        self._refuse_tag(event)
        key = event.value
        frame.key, frame.key_mark, frame.awaits_key = key, event.start_mark, False
        if key == "" and event.implicit[0]:
            self._complain(event.start_mark, "a key is missing before the colon")
        elif key == "<<" and event.implicit[0]:
            frame.skips = True
            self._complain(event.start_mark, "YAML 1.2 has no merge keys (<<); write the values out")
        elif key in frame.value:
            frame.skips = True
            self._complain(event.start_mark, f"the key '{key}' is here twice")

    def _scalar_value(self, event: Any) -> Any:
        if event.tag is not None:
            self._refuse_tag(event)
            return event.value
        if not event.implicit[0]:
            return event.value
        return self._plain(event)

    def _plain(self, event: Any) -> Any:
        try:
            return read_plain(event.value)
        except ValueError as error:
            self._complain(event.start_mark, str(error))
            return None

    def _place(self, value: Any, start: Any, end: Any) -> None:
        """Put a finished value where it belongs."""
        if not self._frames:
            self._spot(start, start, end)
            self.reading.data = value
            return
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            self._spot(start, start, end)
            frame.value.append(value)
            return
        if not frame.skips and frame.key is not None:
            self._spot(frame.key_mark, start, end)
            frame.value[frame.key] = value
        frame.key, frame.awaits_key, frame.skips = None, True, False

    def _spot(self, key: Any, start: Any, end: Any) -> None:
        if self._with_spots:
            self.reading.spots[self._path()] = Spot(
                (key.line + 1, key.column + 1), (start.line + 1, start.column + 1), start.index, end.index
            )

    def _path(self) -> TreePath:
        """Where the next value goes; inside a broken key, the path of its mapping."""
        steps: list[str | int] = []
        for frame in self._frames:
            if isinstance(frame.value, list):
                steps.append(len(frame.value))
            elif frame.awaits_key or frame.key is None:
                break
            else:
                steps.append(frame.key)
        return tuple(steps)

    def _remember(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(
                event.start_mark,
                f"'{name}' is a YAML tag, which this format does not use; quote a value that begins with !",
            )

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._complain(
                event.start_mark, f"more than {MAX_NODES} values, aliases counted as often as used"
            )
            raise StopReadingError

    def _complain(self, mark: Any, message: str) -> None:
        self.reading.mistakes.append(Mistake(mark.line + 1, mark.column + 1, message, self._path()))
