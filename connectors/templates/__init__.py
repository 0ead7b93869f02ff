"""Templates and expressions: read, check, fill, evaluate."""

from ..errors import TemplateError
from .filling import MISSING, Missing, evaluate, fill, fill_path, has_template, holds, mentions_of

__all__ = [
    "MISSING", "Missing", "TemplateError", "evaluate", "fill", "fill_path", "has_template", "holds",
    "mentions_of",
]  # fmt: skip
