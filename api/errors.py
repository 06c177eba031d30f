"""Owns the errors of the edges, and what an error says to a person."""

OK, FAILED, WRONG_INPUT, STOPPED = 0, 1, 2, 130


class WrongInput(ValueError):
    """What was asked cannot be done: `problems` name each thing that is wrong and its fix."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def told(error: Exception) -> tuple[str, int] | None:
    """What to tell about an error, and the exit code; None for a defect of ours."""
    from controller.errors import ControllerError, StoreOutdated, StoreUnavailable
    from simulation.orders.report import OrderFileError

    match error:
        case StoreUnavailable():
            detail = error.fields.get("detail", "")
            return (
                f"the database does not answer ({detail}): check that it runs and its URL",
                FAILED,
            )
        case StoreOutdated():
            return "the database has a newer schema: install a newer Pickwright", FAILED
        case ControllerError() | WrongInput() | OrderFileError():
            return str(error), WRONG_INPUT
    return None
