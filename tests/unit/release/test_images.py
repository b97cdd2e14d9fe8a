"""What images are built from, and which charts name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from release import charts, images, registry
from release.tree import Checkout, ReleaseError
from release.version import Built, of_commit

ROOT = Path(__file__).resolve().parents[3]
BUILT = Built("1.0.0-g0123456789ab", "0" * 40, "g0123456789ab", "https://github.com/fork/stratum")
REGISTRY = registry.Registry("registry.example.org/fork", "me", "s3cret")
DIGESTS = {name: f"sha256:{number:064x}" for number, name in enumerate(images.NAMES)}


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """The images of a checkout whose page is built."""
    shipped = [
        "services/Dockerfile",
        "services/src/stratum/a.py",
        "web/dist/index.html",
        "README.md",
    ]
    for name in shipped:
        (tmp_path / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "checkout" / name).touch()
    monkeypatch.setattr(Checkout, "shipped", lambda _checkout: shipped)
    return images.planned(tmp_path / "checkout", tmp_path / "context", BUILT)


def test_the_context_holds_the_services_and_the_page_alone(plan, tmp_path):
    files = (path for path in (tmp_path / "context").rglob("*") if path.is_file())
    names = sorted(path.relative_to(tmp_path / "context").as_posix() for path in files)
    assert names == ["Dockerfile", "page/index.html", "src/stratum/a.py"]


def test_an_image_is_built_for_all_platforms_with_its_version_and_commit(plan, tmp_path):
    (collector,) = [each for each in plan if each.name == "collector"]
    command = images.command(collector, REGISTRY, BUILT, "linux/amd64,linux/arm64", Path("told"))
    assert {
        "--platform=linux/amd64,linux/arm64",
        "--build-arg=SERVICE=collector",
        "--build-arg=VERSION=1.0.0-g0123456789ab",
        f"--build-arg=REVISION={'0' * 40}",
        "--build-arg=SOURCE=https://github.com/fork/stratum",
        "--tag=registry.example.org/fork/collector:1.0.0-g0123456789ab",
        "--push",
    } <= set(command)
    assert not any("s3cret" in word for word in command)


def test_the_builder_is_docker_s_own_or_a_buildkit_that_runs_already():
    assert images.creation(REGISTRY, {})[-1] == "--driver=docker-container"
    given = {"BUILDKIT_HOST": "unix:///run/buildkit/buildkitd.sock"}
    assert images.creation(REGISTRY, given)[-2:] == [
        "--driver=remote",
        "unix:///run/buildkit/buildkitd.sock",
    ]


def test_every_dockerfile_knows_the_arguments_and_labels_that_it_is_given(plan):
    for file in (ROOT / "services/Dockerfile", ROOT / "release/minio.Dockerfile"):
        text = file.read_text()
        for argument, label in (("VERSION", "version"), ("REVISION", "revision")):
            assert re.search(rf"(?m)^ARG {argument}=", text)
            assert f'org.opencontainers.image.{label}="${{{argument}}}"' in text
    assert {each.name for each in plan} == set(images.NAMES)


@pytest.mark.parametrize(
    "chart", sorted(ROOT.glob("charts/*/values.yaml")), ids=lambda f: f.parent.name
)
def test_every_chart_names_the_pushed_images_by_digest(chart):
    text = charts.with_images(chart.read_text(), REGISTRY, DIGESTS)
    values, before = yaml.safe_load(text), yaml.safe_load(chart.read_text())
    found = [values["image"], *([values["setup"]["image"]] if "setup" in values else [])]
    for image in found:
        place, name = image["repository"].rsplit("/", 1)
        assert (place, image["digest"]) == (REGISTRY.place, DIGESTS[name])
        assert image["tag"] == ""
    for each in (values, before):
        each.pop("image")
        each.get("setup", {}).pop("image", None)
    assert values == before


def test_a_chart_whose_image_was_not_pushed_is_refused():
    text = (ROOT / "charts/etl/values.yaml").read_text()
    with pytest.raises(ReleaseError, match=r"^no image etl was pushed: make images$"):
        charts.with_images(text, REGISTRY, {})


def test_the_version_of_a_commit_is_one_for_helm_whatever_its_digits(monkeypatch):
    monkeypatch.setattr(Checkout, "commit", "0" * 40)
    found = of_commit(Checkout(ROOT), {})
    assert found.version.endswith(f"-g{'0' * 12}")
    assert re.fullmatch(r"\d+\.\d+\.\d+-g0{12}", found.version)
    assert of_commit(Checkout(ROOT), {"TAG": "v1.2.3"}).version == "1.2.3"


def test_a_fork_is_the_source_of_what_it_builds(monkeypatch):
    monkeypatch.setattr(Checkout, "commit", "0" * 40)
    given = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "fork/stratum"}
    assert of_commit(Checkout(ROOT), given).repository == "https://github.com/fork/stratum"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        (
            {"HELM_REPO_USER": " "},
            "it is not said where to push: set HELM_REPO_REGISTRY, HELM_REPO_USER, "
            "HELM_REPO_PASSWORD",
        ),
        (
            {
                "HELM_REPO_REGISTRY": "https://registry.example.org",
                "HELM_REPO_USER": "me",
                "HELM_REPO_PASSWORD": "s3cret",
            },
            "HELM_REPO_REGISTRY is malformed: give host, port and path without https://",
        ),
    ],
    ids=["missing", "an address"],
)
def test_where_to_push_is_checked_before_anything_is_built(values, fault):
    with pytest.raises(ReleaseError) as caught:
        registry.Registry.of(values)
    assert str(caught.value) == fault


def test_a_program_that_is_missing_is_named():
    with pytest.raises(ReleaseError, match=r"^the program no-such-program is missing; install it$"):
        registry.call(["no-such-program"], {"PATH": "/nowhere"})
