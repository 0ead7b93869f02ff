"""The corpus itself: enough of it, and each answer under a name of its own."""

from hostile_corpus import CORPUS


def test_there_are_at_least_eighty_answers_and_each_is_one_of_its_own() -> None:
    assert len(CORPUS) >= 80
    assert len({one.name for one in CORPUS}) == len(CORPUS)


def test_every_answer_says_what_is_expected_of_it() -> None:
    silent = [one.name for one in CORPUS if not (one.error or one.says or one.shows)]
    assert set(silent) <= {
        "JSON where bytes were said",
        "bytes where nothing was said",
        "a picture that is none",
    }
