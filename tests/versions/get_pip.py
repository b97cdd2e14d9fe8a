"""Takes the place of the get-pip.py that ansible-test downloads without a checksum.

Puts pip into the running interpreter from Python's own bundle, then the wanted version of it from
the package index.
"""

from __future__ import annotations

import subprocess
import sys

# A process of its own: ensurepip takes pip's configuration from whoever runs it.
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
# These two are get-pip's own; pip does not know them.
WANTED = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *WANTED]))
