"""The errors that a person who trains a model is meant to read."""


class TrainingError(Exception):
    """A fault that the person can mend: its text is one sentence naming the file and the fault.

    The command line prints the text without a traceback and exits with code 2.
    """
