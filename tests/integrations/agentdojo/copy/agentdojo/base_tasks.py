"""What tasks are."""


class BaseUserTask:
    GROUND_TRUTH_OUTPUT = ""

    @staticmethod
    def init_environment(environment):
        return environment


class BaseInjectionTask:
    GROUND_TRUTH_OUTPUT = ""
