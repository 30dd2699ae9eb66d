"""The operator's prompt."""


def load_system_message(name):
    return "You help at the desk."
