"""Write the committed schema anew: ``python -m connectors.schema``."""

from . import COMMITTED, schema_text

if __name__ == "__main__":
    COMMITTED.write_text(schema_text(), encoding="utf-8")
