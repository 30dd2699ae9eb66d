"""Tools of LlamaIndex: a call is made once the policy lets it, and its result is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock
from llama_index.core.tools import FunctionTool, ToolMetadata, ToolOutput
from llama_index.core.tools.types import AsyncBaseTool, adapt_to_async_tool

from roadworthy.core.errors import ConfigError, RoadworthyError
from roadworthy.guard.session.errors import ApprovalRequiredError, BlockedError, CallRefusedError
from roadworthy.guard.session.run import Run
from roadworthy.guard.session.ticket import Ticket
from roadworthy.sdk.agents.llama_guarding import Guarding
from roadworthy.sdk.agents.llama_messages import result_of
from roadworthy.sdk.functions.values import is_json
from roadworthy.sdk.speaking import in_run, within_tool


class ToolFailedError(Exception):
    """A tool raised an error, which is the cause of this one. Its own text is what the model may see of it."""


class GuardedTool(AsyncBaseTool):
    """A tool of LlamaIndex with the guard around it. A call that is refused gives its stub as an error.

    Args:
        tool: A tool that needs nothing of the workflow's context.
        guarding: By what.
    """

    def __init__(self, tool: Any, guarding: Guarding) -> None:
        if isinstance(tool, FunctionTool) and tool.requires_context:
            raise ConfigError(
                f"the tool {tool.metadata.name!r} takes the workflow's context, which the guard cannot look through",
                where="tools",
                fix="have it take its arguments only",
            )
        self._tool = adapt_to_async_tool(tool)
        self._guarding = guarding

    @property
    def metadata(self) -> ToolMetadata:
        """Of the tool."""
        return self._tool.metadata

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Make a call that the policy lets."""
        run, ticket = self._begun(args, kwargs)
        if isinstance(ticket, ToolOutput):
            return ticket
        try:
            with in_run(self._guarding.guard, run), within_tool():
                output = self._tool.call(**ticket.arguments)
        except BaseException as error:
            self._failed(run, ticket, error)
            raise
        return self._returned(run, ticket, output)

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `call`."""
        run, ticket = self._begun(args, kwargs)
        if isinstance(ticket, ToolOutput):
            return ticket
        try:
            with in_run(self._guarding.guard, run), within_tool():
                output = await self._tool.acall(**ticket.arguments)
        except BaseException as error:
            self._failed(run, ticket, error)
            raise
        return self._returned(run, ticket, output)

    def _begun(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Run, Ticket | ToolOutput]:
        run, name = self._guarding.run(), self.metadata.get_name()
        given = dict(kwargs)
        if args:
            if len(args) > 1 or given:
                raise ConfigError(f"the tool {name!r} takes its arguments by name", where=name, fix="name them")
            given = {"input": args[0]}
        try:
            return run, run.call(name, given)
        except (CallRefusedError, ApprovalRequiredError) as error:
            return run, self._instead(error.stub, given, error)

    def _failed(self, run: Run, ticket: Ticket, error: BaseException) -> None:
        """Tell the run, and raise the words of a tool as the model may see them: the package gives it what is raised.

        Raises:
            ToolFailedError: If the tool raised an error, and was not broken off.
        """
        if isinstance(error, BlockedError):
            said = error.stub
        else:
            said = error.problem if isinstance(error, RoadworthyError) else str(error)
        words = run.failed(ticket, said=said)
        if isinstance(error, Exception):
            self._known(words)
            raise ToolFailedError(words) from error

    def _instead(self, text: str, given: Mapping[str, Any], error: Exception) -> ToolOutput:
        self._known(text)
        return ToolOutput(
            tool_name=self.metadata.get_name(),
            content=text,
            raw_input=dict(given),
            raw_output=text,
            is_error=True,
            exception=error,
        )

    def _returned(self, run: Run, ticket: Ticket, output: ToolOutput) -> ToolOutput:
        seen: object = (
            run.failed(ticket, said=output.content) if output.is_error else run.returned(ticket, output.content)
        )
        text = seen if isinstance(seen, str) else str(seen)
        if kinds := sorted({type(one).__name__ for one in output.blocks if not isinstance(one, TextBlock)}):
            text = f"{text}\n[{', '.join(kinds)} left out: it cannot be judged]".lstrip()
        self._known(text)
        if len(output.blocks) <= 1 and text == output.content and _says(output.raw_output, text):
            return output
        return ToolOutput(
            tool_name=output.tool_name,
            content=text,
            raw_input=output.raw_input,
            raw_output=text,
            is_error=output.is_error,
        )

    def _known(self, text: str) -> None:
        message = ChatMessage(role=MessageRole.TOOL, content=text)
        self._guarding.agent().seen.add(result_of(message))


def _says(value: Any, text: str) -> bool:
    """Return whether a value holds nothing but what was judged as its text."""
    return is_json(value) and str(value) == text
