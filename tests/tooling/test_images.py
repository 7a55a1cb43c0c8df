"""An image is named by what is in it."""

import pytest

from tooling import images
from tooling.images import LARGEST_MB, Revision, base_name, check_sizes, image_tags, sources

COMMIT = "0123456789abcdef0123456789abcdef01234567"  # pragma: allowlist secret


def test_on_one_s_own_machine_an_image_is_the_latest() -> None:
    changed = Revision(COMMIT, ("v1.2.3",), is_clean=False)
    assert image_tags(changed, is_released=False) == ("latest",)
    assert changed.name == f"{COMMIT}-changed"


def test_for_others_it_has_its_commit_and_its_version() -> None:
    plain, tagged = Revision(COMMIT, (), is_clean=True), Revision(COMMIT, ("v1.2.3",), is_clean=True)
    assert image_tags(plain, is_released=True) == ("latest", "0123456789ab")
    assert image_tags(tagged, is_released=True) == ("latest", "0123456789ab", "v1.2.3")
    assert tagged.name == COMMIT


@pytest.mark.parametrize("tag", ["v1.2", "1.2.3", "v1.2.3-rc1", "nightly", "xv1.2.3"])
def test_only_a_tag_that_is_a_version_names_an_image(tag: str) -> None:
    assert image_tags(Revision(COMMIT, (tag,), is_clean=True), is_released=True) == ("latest", COMMIT[:12])


def test_what_no_commit_has_is_not_for_others() -> None:
    with pytest.raises(ValueError, match="commit the changes"):
        image_tags(Revision(COMMIT, (), is_clean=False), is_released=True)


@pytest.mark.parametrize(
    ("sizes", "too_large"),
    [
        ({"api": 499_999_999, "worker": 500_000_000}, []),
        ({"api": 500_000_001, "worker": 1}, ["api"]),
        ({"api": 501_000_000, "worker": 2_000_000_000}, ["api", "worker"]),
    ],
)
def test_an_image_above_the_limit_is_told_and_ends_the_build(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sizes: dict[str, int],
    too_large: list[str],
) -> None:
    def ask(command: list[str]) -> str:
        return str(sizes[command[-1].removeprefix("bookingopt-").removesuffix(":latest")])

    monkeypatch.setattr(images, "ask", ask)
    assert LARGEST_MB == 500
    if too_large:
        with pytest.raises(SystemExit, match=f"^too large: {', '.join(too_large)}; "):
            check_sizes()
    else:
        check_sizes()
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told] == ["bookingopt-api", "bookingopt-worker"], (
        "each, in any case"
    )


def test_a_build_begins_from_the_digest_of_what_the_dockerfile_names() -> None:
    revision = Revision(COMMIT, (), is_clean=True)
    name, digest = base_name(), f"sha256:{COMMIT}"
    pinned = sources("api", revision, digest)
    assert f"{name}=docker-image://{name}@{digest}" in pinned
    assert f"BASE_NAME={name}" in pinned
    assert "--build-context" not in sources("api", revision, "")
