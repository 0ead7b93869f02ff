"""A login by form against a real Django: its CSRF tokens, its session cookies, and the end of its sessions."""

import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from core import Engine

from ..peer_needed import need

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]

SITE = """
import json, sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server
import django
from django.conf import settings
BUILT_IN = "django.contrib."
settings.configure(
    SECRET_KEY="of-the-test", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[BUILT_IN + name for name in ("admin", "auth", "contenttypes", "sessions", "messages")],
    MIDDLEWARE=[
        BUILT_IN + "sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        BUILT_IN + "auth.middleware.AuthenticationMiddleware", BUILT_IN + "messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", BUILT_IN + "auth.context_processors.auth",
            BUILT_IN + "messages.context_processors.messages",
        ]},
    }],
)
django.setup()
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

NOTES = []

def notes(request):
    if not request.user.is_authenticated:
        return JsonResponse({"message": "who are you"}, status=401)
    if request.method == "POST":
        NOTES.append(json.loads(request.body)["text"])
    return JsonResponse({"items": NOTES, "user": request.user.username})

def end(request):
    count = Session.objects.count()
    Session.objects.all().delete()
    return JsonResponse({"ended": count})

urlpatterns = [path("admin/", admin.site.urls), path("notes/", notes), path("end/", end)]

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("ann", password=sys.argv[2])
    make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), Server).serve_forever()
"""

CONNECTOR = """
schema: connect/1
revision: 1
handle: notes
name: Notes
summary: Notes behind the login of a Django site.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  admin:
    kind: session
    cookies: true
    steps:
      - request: {path: /admin/login/}
        extract: [{key: page_csrf, regex: 'name="csrfmiddlewaretoken" value="([^"]+)"'}]
      - request:
          method: POST
          path: /admin/login/
          body_type: form
          body:
            csrfmiddlewaretoken: '{{ auth.page_csrf }}'
            username: '{{ auth.username }}'
            password: '{{ auth.password }}'
            next: /admin/
        expect: {status: 302}
        extract: [{key: csrf, from: cookie, name: csrftoken}]
    apply: [{in: header, name: X-CSRFToken, format: '{{ auth.csrf }}'}]
operations:
  list-notes: {request: {path: /notes/}, records: items}
  add-note:
    input: {text: string!}
    request: {method: POST, path: /notes/, body: {text: '{{ input.text }}'}}
    records: items
"""

PASSWORD = "peer-password-7Q"


@pytest.fixture(scope="module")
def site(free_ports, wait_listening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Django site with one user; gives its address."""
    need(find_spec("django") is not None, "django is not installed")
    folder = tmp_path_factory.mktemp("django")
    (folder / "site_of_test.py").write_text(SITE)
    (port,) = free_ports(1)
    command = [sys.executable, "-P", "site_of_test.py", str(port), PASSWORD]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_listening(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def notes(engine: Engine, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Make an active connection called ``it`` with a password."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    (tmp_path / "notes.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "notes.yaml")

    def make(password: str) -> None:
        engine.workspace.authentications.add(
            "notes", "admin", "ann", {"username": "ann"}, {"password": password}
        )
        engine.workspace.create_connection("notes", "it", authentication="ann", variables={"base_url": site})
        engine.workspace.activate("it")

    return make


def end_sessions(site: str) -> bytes:
    with urllib.request.urlopen(f"{site}/end/", timeout=10) as answer:
        said: bytes = answer.read()
    return said


async def test_a_form_login_reads_and_writes_and_is_made_anew(
    engine: Engine, site: str, notes: Any, kept: Any
) -> None:
    notes(PASSWORD)
    first = await engine.run("it", "list-notes", {})
    assert first.state == "success", first.error
    added = await engine.run("it", "add-note", {"text": "written through"})
    assert added.state == "success", added.error
    assert "written through" in added.records
    held = engine.workspace.authentications.get("ann").refreshed_us
    assert await asyncio.to_thread(end_sessions, site) == b'{"ended": 1}'
    again = await engine.run("it", "list-notes", {})
    assert again.state == "success", again.error
    assert engine.workspace.authentications.get("ann").refreshed_us != held
    assert PASSWORD not in kept()


async def test_a_wrong_password_is_recognised_behind_a_page_that_says_200(engine: Engine, notes: Any) -> None:
    notes("another")
    outcome = await engine.run("it", "list-notes", {})
    assert outcome.error is not None
    assert (outcome.error.error_class, engine.workspace.authentications.get("ann").state) == (
        "auth", "authorization_required",
    )  # fmt: skip
