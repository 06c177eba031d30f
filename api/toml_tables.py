"""Owns the reading of a TOML file that a user wrote. It refuses to know what its tables mean."""

import tomllib
from pathlib import Path
from typing import Any

from api.errors import WrongInput


def read_tables(path: Path) -> dict[str, Any]:
    """Raises: WrongInput naming the file, and the place in it that is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongInput(f"{path} cannot be read ({error.strerror}): check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongInput(f"{path} is not TOML ({error}): mend this place") from error
