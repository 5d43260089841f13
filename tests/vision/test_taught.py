"""Taught data on disk."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from vision.errors import RecipeError
from vision.taught import forget_others, load_taught, save_taught
from vision.tool import Taught

TAUGHT = Taught(
    arrays={"edges": np.arange(6, dtype=np.float32).reshape(2, 3), "empty": np.zeros((0, 3))},
    files={"master.png": b"\x89PNG"},
    texts={"font": "größe"},
    parameters={"tolerance": 3},
)


def test_it_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    digest = save_taught(tmp_path, "pin", TAUGHT, "locate", 1)
    back = load_taught(tmp_path, "pin", digest, "locate", 1)
    np.testing.assert_array_equal(back.arrays["edges"], TAUGHT.arrays["edges"])
    assert back.arrays["edges"].dtype == np.float32
    assert back.arrays["empty"].shape == (0, 3)
    assert not back.arrays["edges"].flags.writeable
    assert (back.files, back.texts) == (TAUGHT.files, TAUGHT.texts)


def test_the_same_data_has_the_same_hash_and_the_tool_version_counts(tmp_path: Path) -> None:
    digest = save_taught(tmp_path, "pin", TAUGHT, "locate", 1)
    assert save_taught(tmp_path, "pin", TAUGHT, "locate", 1) == digest
    assert save_taught(tmp_path, "pin", TAUGHT, "locate", 2) != digest


def test_an_old_state_stays_until_it_is_forgotten(tmp_path: Path) -> None:
    old = save_taught(tmp_path, "pin", TAUGHT, "locate", 1)
    new = save_taught(tmp_path, "pin", Taught(texts={"a": "b"}), "locate", 1)
    assert load_taught(tmp_path, "pin", old, "locate", 1).texts == TAUGHT.texts
    forget_others(tmp_path, [("pin", new)])
    assert load_taught(tmp_path, "pin", new, "locate", 1).texts == {"a": "b"}
    with pytest.raises(RecipeError, match="is missing"):
        load_taught(tmp_path, "pin", old, "locate", 1)


@pytest.mark.parametrize("change", ["add", "remove", "rename"])
def test_a_changed_folder_is_refused(tmp_path: Path, change: str) -> None:
    digest = save_taught(tmp_path, "pin", TAUGHT, "locate", 1)
    file = next(tmp_path.rglob("master.png"))
    if change == "add":
        (file.parent / "more").write_bytes(b"")
    elif change == "remove":
        file.unlink()
    else:
        file.rename(file.with_name("other.png"))
    with pytest.raises(RecipeError, match="its hash does not match"):
        load_taught(tmp_path, "pin", digest, "locate", 1)


def test_a_pickle_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(pickle, "load", opened.append)
    monkeypatch.setattr(pickle, "loads", opened.append)
    digest = save_taught(tmp_path, "pin", TAUGHT, "locate", 1)
    place = next(tmp_path.rglob("edges.npy"))
    np.save(place, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    from vision import taught as module

    contents = {p.relative_to(place.parents[1]).as_posix(): p.read_bytes() for p in place.parents[1].rglob("*.*")}
    forged = module._digest(contents, "locate", 1)
    place.parents[1].rename(place.parents[2] / forged[:16])
    with pytest.raises(RecipeError, match="cannot be read: Object arrays cannot be loaded"):
        load_taught(tmp_path, "pin", forged, "locate", 1)
    assert not opened
    assert forged != digest


@pytest.mark.parametrize("name", ["../x", ".hidden", "a/b", "a b"])
def test_names_that_are_no_file_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecipeError, match="cannot be a file name"):
        save_taught(tmp_path, "pin", Taught(texts={name: ""}), "locate", 1)


def test_objects_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        save_taught(tmp_path, "pin", Taught(arrays={"a": np.array([{}], dtype=object)}), "locate", 1)
