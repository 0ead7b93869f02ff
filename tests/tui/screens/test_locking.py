"""The app locks a vault that nobody uses, and opens it again for whoever needs a secret."""

import time


def wait_locked(engine) -> None:
    engine.keeper.open()
    while not engine.keeper.status().locked:
        time.sleep(0.005)


async def test_a_vault_that_the_app_does_not_use_is_locked_until_it_is_needed(open_app, desk, home):
    (home.config / "settings.toml").write_text("lock_after_minutes = 0.001\n")
    async with open_app() as hand:
        await hand.app.services.call(wait_locked)
        outcome = await hand.app.services.submit(lambda engine: engine.run(desk, "list-tickets", {}))
        assert outcome.error is None
