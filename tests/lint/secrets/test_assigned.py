"""Values that are given to names of secrets are told only where nobody was to guess them."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.secrets.assigned import assigned

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def told(text, path="app/a.json"):
    return [hit.said for hit in assigned(repository_of({path: text}).files[path], {})]


@pytest.mark.parametrize(
    "text",
    [
        f'"ChangeToken": "{UUID}"',
        f'"token": "{UUID}"',
        '"nextToken": "eyAiTmV4dFRva2VuIjogbnVsbH0x9"',
        '"eos_token": "<|endoftext|>"',
        '"token": "[a-zA-Z][a-zA-Z0-9_-]*"',
        '"password": "correct horse"',
        '"secret_name": "q9Wd7Lk2Zt5Xv8Bn3"',
        '"password_hash": "q9Wd7Lk2Zt5Xv8Bn3"',
    ],
)
def test_what_opens_nothing_is_left_alone(text):
    assert told(text) == []


@pytest.mark.parametrize("name", ["password", "DB_PASSWORD", "clientSecret", "api-key", "access_token", "auth_token"])
def test_a_random_value_of_a_secrets_name_is_told_by_length(name):
    (said,) = told(f'"{name}": "q9Wd7Lk2Zt5Xv8Bn3"')

    assert said.startswith("a value of 17 characters is written where a ")
