"""Start the assistant: ``python serve.py``. The same as ``python -m support_desk`` in this folder."""

import sys

from support_desk.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
