"""Commands that are loaded when they are called: naming all of them must not cost what running all of them costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Literal

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_group_from_info
from typer.models import CommandInfo, TyperInfo

_MARKUP: Literal["rich"] = "rich"


@dataclass(frozen=True, slots=True)
class Stop:
    """One command, or group of commands, along the road: where it is, and what the list of commands says of it."""

    name: str
    place: str
    """Module below ``roadworthy.cli`` and name in it, e.g. ``gate:why``."""

    panel: str
    help: str
    """First sentence of the command's own help; a test holds the two together."""

    def load(self) -> Any:
        """Return the command itself, with its options."""
        module, _, attribute = self.place.partition(":")
        found = getattr(import_module(f"roadworthy.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            return get_group_from_info(
                TyperInfo(found, name=self.name, rich_help_panel=self.panel),
                pretty_exceptions_short=False,
                suggest_commands=True,
                rich_markup_mode=_MARKUP,
            )
        return get_command_from_info(
            CommandInfo(self.name, callback=found, cls=TyperCommand, rich_help_panel=self.panel),
            pretty_exceptions_short=False,
            rich_markup_mode=_MARKUP,
        )


class Loaded(Mapping[str, Any]):
    """Commands by name. Each is loaded when it is first asked for."""

    def __init__(self, stops: Mapping[str, Stop]) -> None:
        self._stops = stops
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._stops[name].load()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stops)

    def __len__(self) -> int:
        return len(self._stops)


def road_of(*stops: Stop) -> type[TyperGroup]:
    """Return the class of a group whose commands are ``stops``, in this order."""
    by_name = {stop.name: stop for stop in stops}

    class Road(TyperGroup):
        """Lists its commands without loading one."""

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.commands = Loaded(by_name)  # type: ignore[assignment]  # nothing is ever added to it

        def format_help(self, ctx: Any, formatter: Any) -> None:
            """Write the help from what the stops say of themselves."""
            shown: dict[str, Any] = {
                stop.name: TyperCommand(stop.name, help=stop.help, rich_help_panel=stop.panel) for stop in stops
            }
            cover = TyperGroup(
                name=self.name,
                commands=shown,
                params=self.params,
                help=self.help,
                epilog=self.epilog,
                rich_markup_mode=self.rich_markup_mode,
            )
            cover.format_help(ctx, formatter)

    return Road


class WithDefault(TyperGroup):
    """A group that can be used like one command: what names no command is an argument of the default one.

    `rw lint src` is `rw lint check src`, and `rw trace ev_01J…` is `rw trace show ev_01J…`.
    """

    default: ClassVar[str]
    """Name of the command."""

    bare: ClassVar[bool] = False
    """Whether the group alone, without a word, is the default command too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front where no command is named."""
        if (self.bare and not args) or (args and args[0] not in {*self.commands, "--help"}):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
