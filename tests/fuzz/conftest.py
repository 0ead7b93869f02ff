"""How much is tried: a little in every run, 10,000 inputs for each test by hand (``python -m tests.fuzz``)."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "deep",
    max_examples=10_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
