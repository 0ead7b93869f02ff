"""Show one secret to a person for a short time: an act that is written down, without the value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from .errors import InputError, PolicyError, failure_of
from .events import Emit
from .fields import unknown
from .keeper import Keeper
from .record import Recorder, Recording
from .redact import Redactor
from .workspace import Workspace

if TYPE_CHECKING:
    from storage.records import Connection

SecretOf = Literal["authentication", "connection", "app", "certificate"]
SHORTEST_S: Final = 1
LONGEST_S: Final = 300


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """What has secrets: its sort, its name, and where each secret of it is."""

    of: SecretOf
    name: str
    places: Mapping[str, str]
    connection: "Connection | None" = None


class Reveal:
    """One secret in clear; `end` says that it is shown no longer, and forgets it."""

    def __init__(self, recording: Recording, value: str, on_end: "Callable[[Reveal], object]") -> None:
        self._recording = recording
        self._value = value
        self._on_end = on_end
        self._is_over = False

    @property
    def operation(self) -> str:
        """The id of the operation that tells of it."""
        return self._recording.id

    @property
    def value(self) -> str:
        """The secret; empty once this has ended."""
        return self._value

    def end(self, how: str = "shown on a terminal, and gone from it") -> None:
        """Write down that it is shown no longer, once."""
        if self._is_over:
            return
        self._is_over, self._value = True, ""
        self._recording.end("success", how)
        self._on_end(self)


class Revealing:
    """Reveals secrets of one project, and knows which are shown just now."""

    def __init__(self, workspace: Workspace, keeper: Keeper, recorder: Recorder) -> None:
        self._workspace = workspace
        self._keeper = keeper
        self._recorder = recorder
        self._shown: set[Reveal] = set()

    def begin(
        self, name: str, field: str, seconds: int, emit: Emit, *, of: SecretOf | None, armed: bool
    ) -> Reveal:
        """Write down who is shown what for how long, then give it.

        Raises:
            NotKnownError: nothing of this name has such a secret.
            InputError: several have, or the time is too short or too long.
            PolicyError: the project is production, and not armed.
            VaultError: the vault stays locked, or nothing is there; that is written down.
        """
        holder = check_reveal(self._workspace, name, field, seconds, of=of, armed=armed)
        redactor = Redactor()
        recording = self._recorder.begin(
            "auth",
            f"reveal {field} of {holder.of} {holder.name}",
            holder.connection,
            redactor,
            emit,
            given={"of": holder.of, "name": holder.name, "field": field, "seconds": seconds},
        )
        try:
            value = self._keeper.resolve(holder.places[field])
        except BaseException as error:
            if isinstance(error, Exception):
                failure = failure_of(error)
                recording.keep_bug(error, failure)
                recording.end("failed", failure.message, failure)
            else:
                recording.end("cancelled", "nothing was shown")
            raise
        redactor.add(value)
        reveal = Reveal(recording, value, self._shown.discard)
        self._shown.add(reveal)
        return reveal

    def close(self) -> None:
        """End what is still shown: the program that shows it ends."""
        for reveal in tuple(self._shown):
            reveal.end("shown until the program ended")


def check_reveal(
    workspace: Workspace, name: str, field: str, seconds: int, *, of: SecretOf | None, armed: bool
) -> SecretHolder:
    """Give what has the secret that may be shown; raises as `Revealing.begin` does."""
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise InputError(
            f"a secret cannot be shown for {seconds} seconds",
            f"give a time between {SHORTEST_S} and {LONGEST_S} seconds",
        )
    holder = _find_holder(workspace, name, field, of)
    if workspace.project.production and not armed:
        raise PolicyError(
            f"{workspace.project.name} is a production project, and this shows a secret of it",
            "arm it with `A` in the app, or give --armed",
        )
    return holder


def _find_holder(workspace: Workspace, name: str, field: str, of: SecretOf | None) -> SecretHolder:
    holders = [one for one in _holders(workspace) if of in (None, one.of)]
    named = [one for one in holders if one.name.lower() == name.lower()]
    if not named:
        raise unknown(of or "holder of secrets", name, (one.name for one in holders))
    found = [one for one in named if field in one.places]
    if not found:
        raise unknown(f"secret of {name}", field, (key for one in named for key in one.places))
    if len(found) > 1:
        sorts = " and ".join(one.of for one in found)
        raise InputError(
            f"{name} is the name of {sorts}, and each has a {field}",
            f"say which: --of {' or --of '.join(one.of for one in found)}",
        )
    return found[0]


def check_sort(text: str | None) -> SecretOf | None:
    """Give the sort of what has secrets, by its name.

    Raises:
        InputError: there is no such sort.
    """
    sorts: tuple[SecretOf, ...] = get_args(SecretOf)
    found = next((one for one in sorts if one == text), None)
    if text is not None and found is None:
        raise InputError(f"{text} is nothing that has secrets", f"there are {', '.join(sorts)}")
    return found


def _holders(workspace: Workspace) -> list[SecretHolder]:
    found = []
    for row in workspace.authentications.list():
        tokens = {"tokens": row.tokens} if row.tokens else {}
        found.append(SecretHolder("authentication", row.name, {**row.secrets, **tokens}))
    found += [SecretHolder("connection", one.name, one.secrets, one) for one in workspace.connections()]
    found += [SecretHolder("app", one.name, one.secrets) for one in workspace.apps.list()]
    found += [SecretHolder("certificate", one.name, one.secrets) for one in workspace.certificates.list()]
    return found
