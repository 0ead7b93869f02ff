"""Say a filter in SQL, with every value as a parameter; patterns need `add_functions` on the connection."""

import sqlite3

from .fields import Field, FieldTable
from .patterns import holds_pattern
from .terms import Between, Filter, Mark, Moment, Pattern, Term, Value, Words

Sql = tuple[str, tuple[str | int, ...]]


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection what a filter may ask for and SQLite does not know."""
    connection.create_function("holds_pattern", -1, holds_pattern, deterministic=True)


def to_sql(filter_: Filter, now_us: int) -> Sql:
    """Give the condition and its parameters; the condition of an empty filter is ``1``."""
    # An index over few rows is the better one; with a hint beside it SQLite would take the other.
    hinted = not any(_narrows(term) for term in filter_.terms)
    conditions: list[str] = []
    parameters: list[str | int] = []
    for term in filter_.terms:
        condition, values = _term_sql(term, filter_, now_us)
        hint = _hint(term, filter_.table) if hinted else ""
        conditions.append(f"{hint} AND {condition}" if hint else condition)
        parameters.extend(values)
    return " AND ".join(conditions) or "1", tuple(parameters)


def _term_sql(term: Term, filter_: Filter, now_us: int) -> Sql:
    said = [_value_sql(value, term, filter_, now_us) for value in term.values]
    condition = " OR ".join(f"({condition})" for condition, _ in said) if len(said) > 1 else said[0][0]
    if term.field is not None:
        condition = term.field.within.format(condition)
    # What is not known is not equal: NULL has to pass a NOT.
    condition = f"({condition}) IS NOT TRUE" if term.negated else f"({condition})"
    return condition, tuple(parameter for _, parameters in said for parameter in parameters)


def _value_sql(value: Value, term: Term, filter_: Filter, now_us: int) -> Sql:
    field = term.field
    if isinstance(value, Mark):
        return filter_.table.flags[value.name].sql, ()
    if field is None:
        return _words_sql(value, filter_.table)
    # With several values an index gives them one after the other; the order of the list is worth more.
    column = field.column if len(term.values) == 1 and not term.negated else f"+{field.column}"
    match value:
        case Words():
            return _text_sql(value, field, column)
        case Between(low=low, high=high):
            bounds = [(f"{column} >= ?", low), (f"{column} <= ?", high)]
            given = [(condition, bound) for condition, bound in bounds if bound is not None]
            return " AND ".join(condition for condition, _ in given), tuple(bound for _, bound in given)
        case Moment():
            until = field.kind == "until"
            moment = value.resolve(now_us, filter_.zone, end=until)
            # The list is in the order of seq; sorting what an index on the time finds would cost more.
            return f"+{field.column} {'<=' if until else '>='} ?", (moment,)
        case _:
            return "0", ()


def _words_sql(value: Value, table: FieldTable) -> Sql:
    if isinstance(value, Pattern):
        return f"holds_pattern(?, {', '.join(table.words)})", (value.text,)
    text = _pattern(value.text) if isinstance(value, Words) else ""
    conditions = [f"{column} LIKE ? ESCAPE '\\'" for column in table.words]
    return " OR ".join(conditions), (f"%{text}%",) * len(conditions)


def _text_sql(words: Words, field: Field, column: str) -> Sql:
    if words.prefix and field.kind == "exact":
        return f"instr({column}, ?) = 1", (words.text,)
    if words.prefix:
        return f"+{field.column} LIKE ? ESCAPE '\\'", (f"{_pattern(words.text)}%",)
    collation = "" if field.kind in {"exact", "choice"} else " COLLATE NOCASE"
    return f"{column} = ?{collation}", (words.text,)


def _pattern(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _narrows(term: Term) -> bool:
    if term.field is None or not term.field.narrows or term.negated or len(term.values) != 1:
        return False
    value = term.values[0]
    return isinstance(value, Words) and not value.prefix


def _hint(term: Term, table: FieldTable) -> str:
    """Give the condition of a partial index that holds wherever the term holds."""
    field = term.field
    if field is None or term.negated:
        return ""
    if field.kind == "flag":
        hints = {table.flags[value.name].hint for value in term.values if isinstance(value, Mark)}
        return hints.pop() if len(hints) == 1 else ""
    return field.hint if all(_implies_hint(value, field) for value in term.values) else ""


def _implies_hint(value: Value, field: Field) -> bool:
    match value:
        case Words(text=text, prefix=False):
            return text in field.hint_values
        case Between(low=low):
            return low is not None and field.hint_low is not None and low >= field.hint_low
        case _:
            return False
