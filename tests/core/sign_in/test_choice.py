"""Which way to sign in is chosen, with the reason: by what the provider offers and where the browser is."""

from pathlib import Path

import pytest

from core.sign_in.choice import choose_flow, possible_flows, ssh_connection, why_no_browser

BOTH = ("authorization_code", "device_code", "refresh_token")
CODE = ("authorization_code",)


@pytest.mark.parametrize(
    ("grants", "environ", "flow", "reason", "others"),
    [
        (BOTH, {"DISPLAY": ":0"}, "loopback", "there is a browser here", ("device", "paste")),
        (BOTH, {"WAYLAND_DISPLAY": "w"}, "loopback", "there is a browser here", ("device", "paste")),
        (BOTH, {"SSH_CONNECTION": "a b", "DISPLAY": ":0"}, "device", "SSH_CONNECTION is set", ("paste", "loopback")),
        (CODE, {"SSH_TTY": "/dev/pts/1"}, "paste", "SSH_TTY is set", ("loopback",)),
        (CODE, {}, "paste", "DISPLAY is not set", ("loopback",)),
        (("device_code",), {"DISPLAY": ":0"}, "device", "the provider offers it", ()),
        (CODE, {"container": "podman", "DISPLAY": ":0"}, "paste", "this is a container", ("loopback",)),
    ],
)  # fmt: skip
def test_the_way_is_chosen_with_its_reason(grants, environ, flow, reason, others):
    choice = choose_flow(possible_flows(grants), environ, platform="linux", containers=())
    assert (choice.flow, choice.others) == (flow, others)
    assert reason in choice.reason


def test_a_container_is_known_by_its_file(tmp_path: Path):
    (tmp_path / "here").touch()
    assert why_no_browser({"DISPLAY": ":0"}, containers=[tmp_path / "here"]) == "this is a container"
    assert why_no_browser({"DISPLAY": ":0"}, containers=[tmp_path / "none"], platform="linux") is None


def test_a_mac_has_a_browser_without_a_display():
    assert why_no_browser({}, platform="darwin", containers=()) is None


def test_tmux_is_asked_whether_it_was_reached_over_ssh(tmp_path: Path):
    command = tmp_path / "tmux"
    command.write_text("#!/bin/sh\necho 'SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22'\n")
    command.chmod(0o755)
    environ = {"TMUX": "x", "DISPLAY": ":0", "PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert why_no_browser(environ, platform="linux", containers=()) == "tmux was reached over SSH"
    assert ssh_connection(environ) == "10.0.0.1 1 10.0.0.2 22"
    command.write_text("#!/bin/sh\necho '-SSH_CONNECTION'\n")
    assert why_no_browser(environ, platform="linux", containers=()) is None
    assert ssh_connection(environ) is None


def test_grants_without_a_person_have_no_way():
    assert possible_flows(("client_credentials",)) == ()
