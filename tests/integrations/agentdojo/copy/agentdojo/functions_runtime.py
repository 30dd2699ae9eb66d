"""Functions that run on an environment."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError


@dataclass
class FunctionCall:
    function: str
    args: dict


@dataclass
class Function:
    name: str
    description: str
    parameters: type[BaseModel]
    run: Any
    return_type: Any = str


class FunctionsRuntime:
    def __init__(self, functions=()):
        self.functions = {one.name: one for one in functions}

    def run_function(self, environment, name, arguments, raise_on_error=False):
        try:
            said = self.functions[name].parameters.model_validate(arguments).model_dump()
            return self.functions[name].run(environment, **said), None
        except (ValidationError, LookupError) as error:
            return "", f"{type(error).__name__}: {error}"
