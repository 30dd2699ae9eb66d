import pytest

from roadworthy.inventory.model import Agent, Manifest, System


def system(**changes):
    return System(**({"key": "desk", "name": "Desk", "version": "1", "purpose": ""} | changes))


@pytest.mark.parametrize("key", ["", "-desk", "Desk", "help desk", "../desk", "desk\n", "a" * 65, "dé"])
def test_a_system_key_that_cannot_be_a_name_is_refused(key):
    with pytest.raises(ValueError, match=r"`key` .* is not a key"):
        system(key=key)


@pytest.mark.parametrize("version", ["", ".1", "1 2", "1/2", "1\n", "v" * 65, "1é"])
def test_a_version_that_cannot_be_a_label_is_refused(version):
    with pytest.raises(ValueError, match=r"`version` .* is not a version label"):
        system(version=version)


@pytest.mark.parametrize(("key", "version"), [("a", "1"), ("desk-2", "2026.11.3"), ("0" * 64, "v1.0.0-rc.1+b_7")])
def test_keys_and_versions_in_their_form_are_taken(key, version):
    assert (system(key=key, version=version).key, system(key=key, version=version).version) == (key, version)


def test_no_component_takes_the_name_of_the_stated_facts():
    with pytest.raises(ValueError, match="component key 'system' stands for the facts"):
        Manifest(
            schema="roadworthy/manifest/v1",
            system=system(),
            components=(Agent(key="system", description="d", uses=()),),
        )
