"""What a vendor answers to refuse a sign-in, and a code that is entered elsewhere; see test_signing_in.py."""

from typing import Any

import pytest

from core import ConnectError

from .cases import PEERS, Refusal

DEVICES = [(key, name) for key in PEERS for name, way in PEERS[key].methods.items() if way.device]
REFUSED = [pytest.param(key, one, id=f"{key}-{one.method}") for key in PEERS for one in PEERS[key].refused]


@pytest.mark.parametrize(("handle", "method"), DEVICES)
async def test_a_code_that_is_entered_elsewhere_signs_in_as_well(
    trial: Any, handle: str, method: str
) -> None:
    tried = trial(handle, method)
    await tried.enter_code()
    tried.check_kept()


@pytest.mark.parametrize(("handle", "refusal"), REFUSED)
async def test_what_the_vendor_does_not_accept_fails_at_signing_in(
    trial: Any, handle: str, refusal: Refusal
) -> None:
    tried = trial(handle, refusal.method, refusal)
    if tried.is_attended and refusal.path in {one.path for one in tried.way.obtains}:
        with pytest.raises(ConnectError) as caught:
            await tried.sign_in()
        assert caught.value.failure.error_class == refusal.error_class
        assert "canary" not in f"{caught.value}"
        return
    await tried.sign_in()
    tried.lay_renewal()
    report = await tried.engine.test("peer")
    # Where only the provider may tell the address, signing in comes before all else.
    stage = next(one for one in report.stages if one.stage == "auth" or one.verdict == "failed")
    assert (report.verdict, stage.verdict, stage.error_class) == ("failed", "failed", refusal.error_class)
    assert tried.vendor.last["path"] == refusal.path
    assert "canary" not in str(report)
