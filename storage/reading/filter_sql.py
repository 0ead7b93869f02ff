"""Say a filter in SQL, with every value as a parameter."""

from .fields import Field, FieldTable
from .terms import Between, Filter, Mark, Moment, Term, Value, Words

Sql = tuple[str, tuple[str | int, ...]]


def to_sql(filter_: Filter, now_us: int) -> Sql:
    """Give the condition and its parameters; the condition of an empty filter is ``1``."""
    conditions: list[str] = []
    parameters: list[str | int] = []
    for term in filter_.terms:
        condition, values = _term_sql(term, filter_, now_us)
        conditions.append(condition)
        parameters.extend(values)
    return " AND ".join(conditions) or "1", tuple(parameters)


def _term_sql(term: Term, filter_: Filter, now_us: int) -> Sql:
    field = term.field
    if field is None:
        said = [_words_sql(value, filter_.table) for value in term.values if isinstance(value, Words)]
        condition, parameters = _either(said)
    else:
        # With several values an index gives them one after the other; the order of the list is worth more.
        scan = len(term.values) > 1 or term.negated
        said = [_value_sql(value, field, filter_, now_us, scan=scan) for value in term.values]
        condition, parameters = _either(said)
        condition = field.within.format(condition)
    if term.negated:
        # What is not known is not equal: NULL has to pass here.
        return f"({condition}) IS NOT TRUE", parameters
    if field is not None and field.hint and all(_implies_hint(value, field) for value in term.values):
        return f"{field.hint} AND ({condition})", parameters
    return f"({condition})", parameters


def _either(said: list[Sql]) -> Sql:
    parameters = tuple(value for _, values in said for value in values)
    if len(said) == 1:
        return said[0][0], parameters
    return " OR ".join(f"({condition})" for condition, _ in said), parameters


def _words_sql(words: Words, table: FieldTable) -> Sql:
    conditions = [f"instr(lower({column}), ?) > 0" for column in table.words]
    return " OR ".join(conditions), (words.text,) * len(conditions)


def _value_sql(value: Value, field: Field, filter_: Filter, now_us: int, *, scan: bool) -> Sql:
    column = f"+{field.column}" if scan else field.column
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
        case Mark():
            return filter_.table.flags[value.name].sql, ()


def _text_sql(words: Words, field: Field, column: str) -> Sql:
    if words.prefix:
        subject = column if field.kind == "exact" else f"lower({column})"
        return f"instr({subject}, ?) = 1", (words.text,)
    collation = "" if field.kind in {"exact", "choice"} else " COLLATE NOCASE"
    return f"{column} = ?{collation}", (words.text,)


def _implies_hint(value: Value, field: Field) -> bool:
    match value:
        case Words(text=text, prefix=False):
            return text in field.hint_values
        case Between(low=low):
            return low is not None and field.hint_low is not None and low >= field.hint_low
        case _:
            return False
