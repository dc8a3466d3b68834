"""What every importer says when it cannot take a model."""


class UnsupportedModel(ValueError):
    """The model, or the part of it that the message names, cannot be said in Fairline's formats.
    Nothing was written."""
