"""An Inspect task with a model of its own, as a team would keep it in a file; written out for each test.

With its first sample, within that sample's time, Inspect loads the libraries of those providers that are installed,
which takes many seconds of a busy machine. The task says that they are not: its model is its own.
"""

TASK = '''
import asyncio, os, pathlib, sys
sys.modules["anthropic"] = sys.modules["openai"] = None
from inspect_ai import Task, task
from inspect_ai.dataset import Sample, MemoryDataset
from inspect_ai.model import (
    ChatMessageSystem, ChatMessageTool, ChatMessageUser, ModelAPI, ModelOutput, ModelUsage, modelapi,
)
from inspect_ai.scorer import Score, accuracy, match, mean, scorer
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool

HERE = pathlib.Path(__file__).parent


@modelapi(name="echo")
class Echo(ModelAPI):
    """Says what the question asks for after "say"; counts its calls in a file."""

    async def generate(self, input, tools, tool_choice, config):
        asked = next(m.text for m in reversed(input) if m.role == "user")
        with open(HERE / "calls", "a") as calls:
            calls.write(f"{asked}|{config.seed}|{config.temperature}" + chr(10))
        if "explode" in asked:
            raise ZeroDivisionError("with secret text")
        if "hang" in asked:
            await asyncio.sleep(600)
        if "block" in asked:
            import time
            time.sleep(600)
        if "die" in asked:
            os._exit(3)
        if "print" in asked:
            print("noise on stdout", flush=True)
        if "tool" in asked and not isinstance(input[-1], ChatMessageTool):
            output = ModelOutput.for_tool_call("echo/x", "look_up", {"order": 7})
        else:
            output = ModelOutput.from_content("echo/x", asked.partition("say ")[2])
        output.usage = ModelUsage(input_tokens=5, output_tokens=3, total_tokens=8)
        return output


@tool
def look_up():
    async def execute(order: int):
        """Look an order up.

        Args:
            order: Its number.
        """
        return f"order {order} is paid"
    return execute


@scorer(metrics=[mean()])
def length():
    async def score(state, target):
        if "unscored" in state.input_text:
            return Score.unscored(reason="grader_failed")
        return Score(value=len(state.output.completion), explanation="secret text")
    return score


@scorer(metrics={"*": [mean()]})
def parts():
    async def score(state, target):
        return Score(value={"first": state.output.completion[:1] == "P", "grade": "P"})
    return score


@task
def capitals(extra: str = ""):
    samples = [
        Sample(id="Q/1", input="say Paris", target="Paris", metadata={"lang": "fr", "n": 1, "deep": {"a": 1}}),
        Sample(id="Q 1", input="say Rome", target="Paris", metadata={"lang": "it", "n": 2}),
        Sample(input=[ChatMessageSystem(content="be short"), ChatMessageUser(content="say Oslo")], target=["Oslo"]),
        Sample(id="tool", input="use the tool, say paid", target="paid"),
        Sample(id="unscored", input="unscored say Paris", target="Paris"),
        Sample(id="explode", input="explode", target="x"),
        Sample(id="hang", input="hang", target="x"),
        Sample(id="block", input="block", target="x"),
        Sample(id="die", input="die", target="x"),
        Sample(id="print", input="print say Paris", target="Paris"),
    ]
    samples += [Sample(id=f"many-{i}", input=f"say {i}", target=str(i % 2)) for i in range(100)]
    return Task(
        dataset=MemoryDataset(samples), solver=[use_tools(look_up()), generate()], scorer=[match(), length(), parts()],
        epochs=2,
    )


@task
def broken():
    raise ValueError("no")
'''
