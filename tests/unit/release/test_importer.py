"""What Galaxy's importer says, read."""

from __future__ import annotations

from release import importer

# As galaxy-importer 0.4.44 prints it.
OUTPUT = """\
Importing with galaxy-importer 0.4.44
Getting doc strings via ansible-doc
WARNING: Could not get doc strings for module look
Finding content inside collection
ERROR: roles/a: no tasks
Collection loading complete
"""


def test_warnings_and_errors_count_and_progress_does_not():
    assert importer.faults(OUTPUT) == [
        "WARNING: Could not get doc strings for module look",
        "ERROR: roles/a: no tasks",
    ]
