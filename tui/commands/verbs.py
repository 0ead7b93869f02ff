"""The table of all commands: noun, verb, where its code is, what it does in a line, and an example."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Verb(NamedTuple):
    """One command; ``module`` is imported only when it runs."""

    module: str
    function: str
    summary: str
    example: str


ALONE: Final[Mapping[str, Verb]] = {
    "doctor": Verb("doctor", "examine", "what is installed, where things are, what is wrong", "doctor"),
    "demo": Verb("demo", "show", "the main job against the practice service, step by step", "demo"),
    "practice": Verb(
        "practice", "serve", "a help desk on this machine to practise with", "practice --port 8734"
    ),
    "run": Verb("run", "run", "run one operation of a connector", "run desk list-tickets --set status=open"),
    "request": Verb(
        "request",
        "request",
        "send a request of your own, signed in as the connection",
        "request desk GET /tickets",
    ),
}
NOUNS: Final[Mapping[str, Mapping[str, Verb]]] = {
    "connector": {
        "list": Verb(
            "connector_list", "list_all", "every connector of the catalog", "connector list --filter support"
        ),
        "show": Verb("connector", "show", "what a connector needs and can do", "connector show practice"),
        "validate": Verb(
            "connector", "validate", "look for mistakes in files", "connector validate acme.yaml"
        ),
        "test": Verb(
            "connector_test", "test", "run the tests of connector files, offline", "connector test rabbitmq"
        ),
        "add": Verb("connector", "add", "take a file or folder into your catalog", "connector add acme.yaml"),
        "schema": Verb(
            "connector", "schema", "the JSON Schema of the format", "connector schema > connect-1.json"
        ),
    },
    "auth": {
        "add": Verb(
            "auth",
            "add",
            "keep credentials for a connector",
            "auth add practice --method token --name agent --secret token=env:DESK_TOKEN",
        ),
        "list": Verb(
            "auth_list", "list_all", "every authentication, by what breaks first", "auth list --expiring 24h"
        ),
        "show": Verb("auth", "show", "one authentication and who uses it", "auth show agent"),
        "edit": Verb(
            "auth",
            "edit",
            "replace credentials, as when a token was rotated",
            "auth edit agent --secret token=env:DESK_TOKEN",
        ),
        "sign-in": Verb("auth_tokens", "sign_in", "sign in to a provider, also over SSH", "auth sign-in crm"),
        "refresh": Verb(
            "auth_refresh", "refresh", "get new tokens now, for one or all that end soon", "auth refresh crm"
        ),
        "introspect": Verb(
            "auth_introspect", "introspect", "what a token is good for", "auth introspect crm"
        ),
        "revoke": Verb("auth_tokens", "revoke", "sign out and forget the tokens", "auth revoke crm"),
        "delete": Verb("auth", "delete", "forget credentials that nothing uses", "auth delete agent"),
    },
    "app": {
        "add": Verb(
            "app",
            "add",
            "keep a client that is registered at a provider",
            "app add github --name ours --client-id 8f1c --secret client_secret=env:APP_SECRET",
        ),
        "register": Verb(
            "app_register",
            "register",
            "let a provider make a client, and keep it",
            "app register https://id.acme.example --name ours",
        ),
        "list": Verb("app", "list_all", "every provider app of the project", "app list"),
        "show": Verb("app", "show", "one provider app and who uses it", "app show ours"),
        "edit": Verb(
            "app",
            "edit",
            "replace its secret, as when it was rotated",
            "app edit ours --secret client_secret=env:APP_SECRET",
        ),
        "delete": Verb("app", "delete", "forget a provider app that nothing uses", "app delete ours"),
    },
    "certificate": {
        "add": Verb(
            "certificate",
            "add",
            "keep a client certificate and its key",
            "certificate add client.pem --name client --key client.key",
        ),
        "list": Verb(
            "certificate", "list_all", "every certificate, what ends first on top", "certificate list"
        ),
        "show": Verb("certificate", "show", "one certificate and who shows it", "certificate show client"),
        "replace": Verb(
            "certificate",
            "replace",
            "a new one in the place of one that ends",
            "certificate replace client client.pem --key client.key",
        ),
        "delete": Verb("certificate", "delete", "forget one that nothing uses", "certificate delete client"),
    },
    "connection": {
        "create": Verb(
            "connection_create",
            "create",
            "set up a connection and test it",
            "connection create practice --name desk --auth agent",
        ),
        "list": Verb("connection", "list_all", "every connection of the project", "connection list"),
        "show": Verb("connection", "show", "how a connection is set up", "connection show desk"),
        "test": Verb("connection_test", "test", "test a connection, stage by stage", "connection test desk"),
        "edit": Verb(
            "connection_change",
            "edit",
            "change a connection",
            "connection edit desk --set base_url=http://127.0.0.1:8734",
        ),
        "suspend": Verb("connection_change", "suspend", "let nothing run over it", "connection suspend desk"),
        "resume": Verb("connection_change", "resume", "end a suspension", "connection resume desk"),
        "lock": Verb(
            "connection_change",
            "lock",
            "refuse edits, not traffic",
            "connection lock desk --reason 'month end'",
        ),
        "unlock": Verb("connection_change", "unlock", "allow edits again", "connection unlock desk"),
        "delete": Verb("connection_change", "delete", "delete a connection", "connection delete desk --yes"),
        "restore": Verb(
            "connection_change", "restore", "bring a deleted one back", "connection restore desk"
        ),
    },
    "project": {
        "create": Verb(
            "project", "create", "another workspace, as for production", "project create prod --production"
        ),
        "list": Verb("project", "list_all", "every project", "project list"),
        "show": Verb("project", "show", "one project and how much is in it", "project show default"),
    },
    "operation": {
        "list": Verb(
            "operation", "list_all", "what happened, newest first", "operation list --filter state:failed"
        ),
        "show": Verb(
            "operation_show", "show", "one operation in detail", "operation show op_… --exchanges --bodies"
        ),
        "tail": Verb("operation_tail", "tail", "what happens now, in all processes", "operation tail"),
    },
    "vault": {
        "status": Verb("vault", "status", "whether secrets can be read", "vault status"),
        "unlock": Verb("vault", "unlock", "check that the vault opens", "vault unlock"),
        "lock": Verb("vault", "lock", "forget what this session unlocked", "vault lock"),
        "add-key": Verb(
            "vault_keys", "add_key", "another way to unlock it", "vault add-key --way key_file --key-file KEY"
        ),
        "remove-key": Verb(
            "vault_keys", "remove_key", "one way less to unlock it", "vault remove-key unlock_…"
        ),
        "change-passphrase": Verb(
            "vault_keys",
            "change_passphrase",
            "a new passphrase for the one before",
            "vault change-passphrase",
        ),
        "recovery-kit": Verb(
            "vault_keys", "recovery_kit", "a way in when all else is lost", "vault recovery-kit kit.txt"
        ),
        "secrets": Verb("vault_secrets", "secrets", "where each secret is and who uses it", "vault secrets"),
        "reveal": Verb(
            "vault_reveal",
            "reveal",
            "show one on the terminal for a short time, as the log tells",
            "vault reveal agent token --seconds 20",
        ),
        "rotate": Verb("vault", "rotate", "encrypt everything with a new key", "vault rotate"),
    },
}
ABOUT: Final[Mapping[str, str]] = {
    "connector": "the catalog: how to talk to a system",
    "auth": "stored credentials",
    "app": "clients that are registered at providers",
    "certificate": "client certificates for TLS",
    "connection": "connectors that are set up with an authentication and their inputs",
    "project": "workspaces",
    "operation": "everything that was done",
    "vault": "where secrets are kept",
}
