"""Real peers: a RabbitMQ, a Prometheus and a moto of our own, each on free ports with its own folder, ended afterwards."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, open_engine
from storage.reading import open_reading, parse_filter

from ..peer_needed import need

READY_S = 90.0
STOP_S = 20.0

# Debian's /usr/sbin/rabbitmq-server changes the user and the folder; this is the server's own script.
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

# Debian keeps servers where a user's PATH may not look.
SYSTEM_PATH = f"{os.environ['PATH']}:/usr/sbin"

# `peer-password`, hashed with bcrypt as Prometheus wants it in its web configuration.
BASIC_HASH = "$2b$05$/4SJlsaoHflny9/4eLI5IO1G6iLAZ/VACUp1p3mu77FxGDRsx8VTe"


@dataclass(frozen=True)
class Peer:
    """A running server and how to sign in to it."""

    base_url: str
    username: str = ""
    password: str = ""
    folder: Path = Path()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the server directly, past the product, for what a test wants to compare with."""
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base_url + path, content, method=method)
        request.add_header("Content-Type", "application/json")
        if self.username:
            signed = b64encode(f"{self.username}:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {signed}")
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = response.read()
        return json.loads(answer) if answer.startswith((b"{", b"[")) else answer.decode()


@dataclass(frozen=True)
class Told:
    """What a command said: its exit code, its JSON, and its words."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Connect = Callable[..., Told]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Run `connect-tui … --json` in a child process with a home of its own and a key file for the vault."""
    home, key_file = tmp_path / "home", tmp_path / "vault.key"

    def run(*arguments: str, given: str = "", **variables: str) -> Told:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECT_TUI_")}
        environment = {**kept, "CONNECT_TUI_VAULT_KEY_FILE": str(key_file), **variables}
        command = [sys.executable, "-P", "-m", "tui", "--home", str(home), *arguments, "--json"]
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=60,
            check=False,
        )
        return Told(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
async def engine(home: Home) -> AsyncIterator[Engine]:
    """An engine in a home of its own."""
    opened = open_engine(home)
    yield opened
    await opened.close()


@pytest.fixture
def kept(home: Home) -> Callable[[], str]:
    """Give all that the database keeps of what was run, unpacked."""

    def read() -> str:
        with open_reading(home.database) as reading:
            rows = reading.operations_block(parse_filter(""), limit=100)
            exchanges = [one for row in rows for one in reading.exchanges(row.id, bodies=True)]
            bodies = [
                body.content for one in exchanges for body in (one.request_body, one.response_body) if body
            ]
            return repr([rows, exchanges, [reading.log_lines(row.id) for row in rows], bodies])

    return read


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A RabbitMQ node with the management plugin and one administrator."""
    need(RABBITMQ.exists() and shutil.which("epmd") is not None, "rabbitmq-server is not installed")
    with ExitStack() as stack:
        yield _start_twice(lambda: stack.enter_context(_rabbitmq_node(tmp_path_factory.mktemp("rabbitmq"))))


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A Prometheus that scrapes itself every second and asks for no credentials."""
    need(shutil.which("prometheus") is not None, "prometheus is not installed")
    with ExitStack() as stack:
        yield _start_twice(
            lambda: stack.enter_context(_prometheus_server(tmp_path_factory.mktemp("prometheus")))
        )


@pytest.fixture(scope="session")
def guarded_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A Prometheus behind basic authentication."""
    need(shutil.which("prometheus") is not None, "prometheus is not installed")
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("guarded")
        yield _start_twice(lambda: stack.enter_context(_prometheus_server(folder, guarded=True)))


StartNginx = Callable[..., Path]


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartNginx]:
    """Start an nginx with server blocks that listen on these ports; gives its folder, with `server.log`."""
    need(shutil.which("nginx", path=SYSTEM_PATH) is not None, "nginx is not installed")
    with ExitStack() as stack:
        yield lambda blocks, ports: stack.enter_context(
            _nginx_server(tmp_path_factory.mktemp("nginx"), blocks, ports)
        )


@pytest.fixture(scope="session")
def free_ports() -> Callable[[int], tuple[int, ...]]:
    """Give ports on which nothing listens."""
    return _free_ports


@contextmanager
def _nginx_server(folder: Path, blocks: str, ports: tuple[int, ...]) -> Iterator[Path]:
    paths = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr info; events {{}}\n"
        f"http {{ access_log off; {paths}\n{blocks}\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with _running(command, {"PATH": SYSTEM_PATH}, folder / "server.log") as server:
        for port in ports:
            _wait_listening(port, server)
        yield folder


@pytest.fixture(scope="session")
def wait_listening() -> Callable[[int, "subprocess.Popen[bytes]"], None]:
    """Wait until a server listens on a port."""
    return _wait_listening


def _wait_listening(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise ChildProcessError(f"nothing listens on {port}; the server ended with {server.poll()}")


@dataclass(frozen=True)
class Cloud:
    """A moto server that checks every signature, with a bucket, a queue, a table, a user and a role."""

    base_url: str
    access_key_id: str
    secret_access_key: str
    role_arn: str
    queue_url: str
    external_id: str = "peer-external-id"
    bucket: str = "peer-bucket"
    table: str = "peer-table"

    def object(self, key: str) -> bytes:
        """Read an object past the product."""
        found = self.client("s3").get_object(Bucket=self.bucket, Key=key)
        return found["Body"].read()

    def client(self, service: str) -> Any:
        return _aws_client(self.base_url, service, self.access_key_id, self.secret_access_key)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A moto server; after it is filled, it finds each signature anew and refuses a wrong one."""
    need(
        find_spec("moto") is not None and find_spec("flask_cors") is not None, "moto[server] is not installed"
    )
    with ExitStack() as stack:
        yield _start_twice(lambda: stack.enter_context(_moto_server(tmp_path_factory.mktemp("moto"))))


@contextmanager
def _moto_server(folder: Path) -> Iterator[Cloud]:
    (port,) = _free_ports(1)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "INITIAL_NO_AUTH_ACTION_COUNT": "1000"}
    command = [sys.executable, "-P", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    base_url = f"http://127.0.0.1:{port}"
    with _running(command, environment, folder / "server.log") as server:
        _wait_ready(lambda: _opened(f"{base_url}/moto-api/data.json"), server, folder)
        cloud = _filled_cloud(base_url)
        _opened(f"{base_url}/moto-api/reset-auth", b"0")
        yield cloud


def _filled_cloud(base_url: str) -> Cloud:
    iam = _aws_client(base_url, "iam", "setup", "setup")
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    user = iam.create_user(UserName="operator")["User"]["Arn"]
    iam.put_user_policy(UserName="operator", PolicyName="all", PolicyDocument=json.dumps(everything))
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": user},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": Cloud.external_id}},
    }
    role = iam.create_role(
        RoleName="connect-reader",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName="connect-reader", PolicyName="all", PolicyDocument=json.dumps(everything))
    _aws_client(base_url, "s3", "setup", "setup").create_bucket(
        Bucket=Cloud.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    queue = _aws_client(base_url, "sqs", "setup", "setup").create_queue(QueueName="peer-queue")["QueueUrl"]
    _aws_client(base_url, "dynamodb", "setup", "setup").create_table(
        TableName=Cloud.table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Cloud(base_url, key["AccessKeyId"], key["SecretAccessKey"], role, queue)


def _aws_client(base_url: str, service: str, key_id: str, secret: str) -> Any:
    import botocore.session
    from botocore.config import Config

    return botocore.session.Session().create_client(
        service,
        region_name="eu-central-1",
        endpoint_url=base_url,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path"}),
    )


def _opened(url: str, body: bytes | None = None) -> bytes:
    # Of a form, which is what a body is unless said, the server would see no bytes.
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"} if body else {})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read()


def _start_twice(start: Callable[[], Peer]) -> Peer:
    """Start a server; a free port may be taken by somebody else between looking and listening, so try once more."""
    try:
        return start()
    except ChildProcessError:
        return start()


@contextmanager
def _rabbitmq_node(folder: Path) -> Iterator[Peer]:
    amqp, distribution, management, epmd_port = _free_ports(4)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (folder / "plugins").write_text("[rabbitmq_management].\n")
    (folder / "none").write_text("")
    peer = Peer(f"http://127.0.0.1:{management}", "operator", "peer-password", folder)
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{amqp}\n"
        "management.tcp.ip = 127.0.0.1\n"
        f"management.tcp.port = {management}\n"
        f"default_user = {peer.username}\n"
        f"default_pass = {peer.password}\n"
        "default_user_tags.administrator = true\n"
        "collect_statistics_interval = 1000\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"connect{management}@localhost",
        "RABBITMQ_NODE_PORT": str(amqp),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +SDio 1 -kernel inet_dist_use_interface {127,0,0,1}",
    }
    # epmd would outlive the node as a daemon; as a child of ours it ends with it.
    with (
        _running(
            ["epmd", "-port", str(epmd_port), "-address", "127.0.0.1"], environment, folder / "epmd.log"
        ),
        _running([str(RABBITMQ)], environment, folder / "server.log") as server,
    ):
        _wait_ready(lambda: peer.ask("GET", "/api/health/checks/virtual-hosts"), server, folder)
        yield peer


@contextmanager
def _prometheus_server(folder: Path, *, guarded: bool = False) -> Iterator[Peer]:
    (port,) = _free_ports(1)
    signed = {"username": "operator", "password": "peer-password"} if guarded else {}
    peer = Peer(f"http://127.0.0.1:{port}", **signed, folder=folder)
    (folder / "rules.yml").write_text(
        "groups: [{name: peers, interval: 1s, rules: [\n"
        "  {alert: AlwaysFiring, expr: 'vector(1)', labels: {severity: page}, annotations: {summary: it fires}},\n"
        "  {record: 'job:up:sum', expr: 'sum by (job) (up)'}]}]\n"
    )
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        "rule_files: [rules.yml]\n"
        "scrape_configs:\n"
        f"  - {{job_name: prometheus, static_configs: [{{targets: ['127.0.0.1:{port}']}}]"
        + (", basic_auth: {username: operator, password: peer-password}" if guarded else "")
        + "}\n"
    )
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    if guarded:
        (folder / "web.yml").write_text(f"basic_auth_users: {{operator: '{BASIC_HASH}'}}\n")
        command.append(f"--web.config.file={folder / 'web.yml'}")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GOMAXPROCS": "1"}
    with _running(command, environment, folder / "server.log") as server:
        _wait_ready(lambda: _scrapes(peer), server, folder)
        yield peer


def _free_ports(count: int) -> tuple[int, ...]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return tuple(listener.getsockname()[1] for listener in sockets)


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a process group of its own, so that ending it ends all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=log.parent, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _scrapes(peer: Peer) -> None:
    """Ask whether it is ready and knows its targets, which it finds a few seconds later."""
    peer.ask("GET", "/-/ready")
    if not peer.ask("GET", "/api/v1/targets")["data"]["activeTargets"]:
        raise ConnectionError("no target yet")


def _wait_ready(ask: Callable[[], Any], server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the server answers; one that ended, or is not ready in time, fails with its last words."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            ask()
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            return
    words = (folder / "server.log").read_text(errors="replace")[-2000:]
    if server.poll() is not None:
        raise ChildProcessError(f"the server ended with {server.returncode}:\n{words}")
    pytest.fail(f"the server was not ready within {READY_S:.0f} s:\n{words}", pytrace=False)


APACHE_MODULES = Path("/usr/lib/apache2/modules")
REALM = "peers"


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """An Apache with folders behind basic and digest authentication; its log tells each answer's status."""
    present = shutil.which("apache2") is not None and (APACHE_MODULES / "mod_auth_digest.so").exists()
    need(present, "apache2-bin is not installed")
    with ExitStack() as stack:
        # Its children run as another user, who may not look into the folders of pytest.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="connect-apache-")))
        folder.chmod(0o755)
        yield _start_twice(lambda: stack.enter_context(_apache_server(folder)))


@contextmanager
def _apache_server(folder: Path) -> Iterator[Peer]:
    (port,) = _free_ports(1)
    peer = Peer(f"http://127.0.0.1:{port}", "operator", "peer-password", folder)
    secret = hashlib.md5(f"operator:{REALM}:peer-password".encode()).hexdigest()
    (folder / "digest").write_text(f"operator:{REALM}:{secret}\n")
    (folder / "basic").write_text(f"operator:{BASIC_HASH}\n")
    for name in ("open", "basic", "digest", "once", "moved"):
        (folder / "www" / name).mkdir(parents=True, exist_ok=True)
        (folder / "www" / name / "a b.json").write_text(f'{{"in": "{name}"}}')
    digest = f"AuthType Digest\nAuthName {REALM}\nAuthUserFile {folder}/digest\nRequire valid-user\n"
    modules = (
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_basic",
        "auth_digest",
    )
    (folder / "apache.conf").write_text(
        "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in (*modules, "alias"))
        + f"ServerRoot {folder}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\n"
        + f"DefaultRuntimeDir {folder}\nErrorLog {folder}/error.log\nDocumentRoot {folder}/www\n"
        + f'LogFormat "%>s\\t%U\\t%{{Authorization}}i" told\nCustomLog {folder}/access.log told\n'
        + ("User www-data\nGroup www-data\n" if os.geteuid() == 0 else "")
        + "StartServers 1\nThreadsPerChild 4\nServerLimit 2\nMaxRequestWorkers 8\n"
        + "Redirect 307 /moved/ /digest/\n"
        + f"<Location /basic>\nAuthType Basic\nAuthName {REALM}\nAuthUserFile {folder}/basic\n"
        + "Require valid-user\n</Location>\n"
        + f"<Location /digest>\n{digest}</Location>\n"
        + f"<Location /once>\n{digest}AuthDigestNonceLifetime 0\n</Location>\n"
    )
    command = ["apache2", "-f", str(folder / "apache.conf"), "-DFOREGROUND"]
    with _running(command, {"PATH": os.environ["PATH"]}, folder / "server.log") as server:
        _wait_ready(lambda: peer.ask("GET", "/open/a%20b.json"), server, folder)
        yield peer


@pytest.fixture(scope="session")
def lighttpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A lighttpd with folders behind digest authentication, one for each hash function."""
    need(shutil.which("lighttpd") is not None, "lighttpd is not installed")
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("lighttpd")
        yield _start_twice(lambda: stack.enter_context(_lighttpd_server(folder)))


@contextmanager
def _lighttpd_server(folder: Path) -> Iterator[Peer]:
    (port,) = _free_ports(1)
    peer = Peer(f"http://127.0.0.1:{port}", "operator", "peer-password", folder)
    functions = {"MD5": "md5", "SHA-256": "sha256"}
    secret = f"operator:{REALM}:peer-password".encode()
    users = [f"operator:{REALM}:{hashlib.new(name, secret).hexdigest()}\n" for name in functions.values()]
    (folder / "users").write_text("".join(users))
    for name in (*functions, "open"):
        (folder / "www" / name).mkdir(parents=True, exist_ok=True)
        (folder / "www" / name / "a b.json").write_text(f'{{"in": "{name}"}}')
    required = ", ".join(
        f'"/{name}/" => ("method" => "digest", "realm" => "{REALM}", "require" => "valid-user", "algorithm" => "{name}")'
        for name in functions
    )
    (folder / "lighttpd.conf").write_text(
        'server.modules = ("mod_auth", "mod_authn_file")\n'
        f'server.bind = "127.0.0.1"\nserver.port = {port}\nserver.document-root = "{folder}/www"\n'
        'mimetype.assign = (".json" => "application/json")\n'
        f'auth.backend = "htdigest"\nauth.backend.htdigest.userfile = "{folder}/users"\n'
        f"auth.require = ({required})\n"
    )
    command = ["lighttpd", "-D", "-f", str(folder / "lighttpd.conf")]
    with _running(command, {"PATH": os.environ["PATH"]}, folder / "server.log") as server:
        _wait_ready(lambda: _opened(f"{peer.base_url}/open/a%20b.json"), server, folder)
        yield peer


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """The emulator of Azure's blob storage, with its usual account; it checks every Shared Key signature."""
    need(shutil.which("azurite-blob") is not None, "azurite is not installed (npm)")
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("azurite")
        yield _start_twice(lambda: stack.enter_context(_azurite_server(folder)))


@contextmanager
def _azurite_server(folder: Path) -> Iterator[Peer]:
    (port,) = _free_ports(1)
    peer = Peer(f"http://127.0.0.1:{port}", "devstoreaccount1", folder=folder)
    command = [
        "azurite-blob", "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder / "data"),
        "--skipApiVersionCheck", "--disableTelemetry",
    ]  # fmt: skip
    (folder / "data").mkdir(exist_ok=True)
    with _running(
        command, {"PATH": os.environ["PATH"], "HOME": str(folder)}, folder / "server.log"
    ) as server:
        _wait_ready(lambda: _answers(peer.base_url), server, folder)
        yield peer


def _answers(url: str) -> None:
    """Ask whether anybody answers, whatever it says."""
    with suppress(urllib.error.HTTPError):
        _opened(url)


@dataclass(frozen=True)
class Servers:
    """How the folders below this one start servers of their own."""

    need: Callable[[bool, str], None] = need
    start_twice: Callable[[Callable[[], Any]], Any] = _start_twice
    free_ports: Callable[[int], tuple[int, ...]] = _free_ports
    running: Callable[..., Any] = _running
    wait_ready: Callable[..., None] = _wait_ready


@pytest.fixture(scope="session")
def servers() -> Servers:
    """What starts, awaits and ends a server."""
    return Servers()
