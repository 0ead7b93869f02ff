"""The workspace: authentications, provider apps, certificates and secrets, each in a tab of its own."""

from .apps import AppsScreen
from .certificates import CertificatesScreen
from .secrets import SecretsScreen
from .tab import WorkspaceTab

__all__ = ["AppsScreen", "CertificatesScreen", "SecretsScreen", "WorkspaceTab"]
