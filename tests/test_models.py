"""Saved models: everything comes back, and what is no model is refused with the reason."""

import json

import numpy as np
import polars as pl
import pytest
from command import backproof
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

import backproof as bp
from backproof.errors import InputError, ModelError


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    hidden=st.sampled_from(["tanh", "relu", "leaky-relu", "softplus", "sigmoid", "identity"]),
    dtype=st.sampled_from(["float32", "float64"]),
    seed=st.integers(0, 1000),
)
def test_a_network_comes_back_bit_for_bit(tmp_path_factory, sizes, hidden, dtype, seed):
    path = tmp_path_factory.mktemp("m") / "net.safetensors"
    network = bp.Network(sizes, hidden=hidden, seed=seed, dtype=dtype)
    network.save(path)
    back = bp.load(path)
    assert (back.parameters == network.parameters).all()
    assert back.parameters.dtype == network.parameters.dtype
    assert repr(back) == repr(network)
    X = np.ones((2, sizes[0]))
    assert (back.predict(X) == network.predict(X)).all()


@pytest.fixture
def flowers(tmp_path, capsys):
    """A trained model of a table, and the table."""
    rng = np.random.default_rng(0)
    kinds = np.repeat(["rose", "iris"], 30)
    table = pl.DataFrame(
        {
            "width": np.where(kinds == "rose", 1.0, 3.0) + 0.1 * rng.normal(size=60),
            "colour": np.where(rng.random(60) < 0.5, "red", "blue"),
            "kind": kinds,
        }
    )
    path, model = tmp_path / "flowers.csv", tmp_path / "flowers.safetensors"
    table.write_csv(path)
    status, _, err = backproof(
        capsys, "train", f"{path}", "--seed", "1", "-q", "--save", f"{model}"
    )
    assert status == 0, err
    return table, path, model


def test_predict_answers_in_the_targets_labels(flowers, capsys, tmp_path):
    table, path, model = flowers
    status, out, _ = backproof(capsys, "predict", f"{model}", f"{path}", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert [row["kind"] for row in found["predictions"]] == table["kind"].to_list()
    assert found["scores"]["accuracy"] == 1.0
    new = tmp_path / "new.parquet"
    table.drop("kind").select("colour", "width").write_parquet(new)  # other order, no target
    status, out, _ = backproof(capsys, "predict", f"{model}", f"{new}", "--format", "csv")
    header, *rows = out.splitlines()
    assert header == "kind,p(iris),p(rose)"
    assert [row.split(",")[0] for row in rows] == table["kind"].to_list()


def test_a_loaded_network_takes_the_tables_own_columns(flowers):
    table, _, model = flowers
    network = bp.load(model)
    outputs = network.predict(table)
    rows = [[w, c] for w, c in table.select("width", "colour").rows()]
    assert (network.predict(np.array(rows, object)) == outputs).all()
    assert (
        network.predict(table.select("width", "colour").to_dict(as_series=False)) == outputs
    ).all()
    assert ((outputs[:, 0] > 0.5) == (table["kind"].to_numpy() == "rose")).all()


def test_predict_refuses_other_columns(flowers, capsys, tmp_path):
    table, _, model = flowers
    cases = {
        "no column `width`": table.drop("width"),
        "column `height` that the model was not trained on": table.with_columns(height=1),
        "'green' in row 2": table.with_row_index("i").with_columns(
            colour=pl.when(pl.col("i") == 1).then(pl.lit("green")).otherwise("colour")
        ).drop("i"),
        "`width` holds the text 'wide' in row 1": table.with_columns(width=pl.lit("wide")),
    }  # fmt: skip
    for message, changed in cases.items():
        changed.write_csv(tmp_path / "changed.csv")
        status, out, err = backproof(capsys, "predict", f"{model}", f"{tmp_path}/changed.csv")
        assert status == 2
        assert message in err
        assert out == ""


def test_numbers_come_back_in_their_own_units(capsys, tmp_path):
    x = np.linspace(0, 1, 50)
    pl.DataFrame({"x": x, "y": 1000 + 500 * x}).write_csv(tmp_path / "line.csv")
    model = tmp_path / "line.safetensors"
    backproof(
        capsys, "train", f"{tmp_path}/line.csv", "--hidden", "0", "--weight-decay", "0", "-q", "--save", f"{model}"
    )  # fmt: skip
    assert bp.load(model).predict([[0.5]]) == pytest.approx(1250, abs=0.5)


def test_what_is_no_model_is_refused(tmp_path):
    good = tmp_path / "good.safetensors"
    bp.Network([2, 3, 1], seed=0).save(good)
    content = good.read_bytes()
    cases = {
        "there is no model file": None,
        "not a safetensors file, or it is damaged": b"",
        "not a safetensors file": b"PK\x03\x04 something else",
        "damaged": content[:-8],
    }
    for message, changed in cases.items():
        path = tmp_path / "bad.safetensors"
        path.unlink(missing_ok=True)
        if changed is not None:
            path.write_bytes(changed)
        with pytest.raises(ModelError, match=message):
            bp.load(path)


def test_a_safetensors_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    save_file({"w": np.ones(3)}, path)
    with pytest.raises(ModelError, match="not a model of backproof's"):
        bp.load(path)


def test_a_model_with_wrong_weights_is_refused(tmp_path):
    from safetensors import safe_open

    good = tmp_path / "good.safetensors"
    bp.Network([2, 3, 1], seed=0).save(good)
    with safe_open(good, framework="np") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dictionary
    for name, value, message in (
        ("layer1.weights", np.full((2, 3), np.nan), "NaN"),
        ("layer2.weights", np.ones((4, 1)), r"shape \(4, 1\)"),
    ):
        bad = tmp_path / "bad.safetensors"
        save_file({**tensors, name: value}, bad, metadata)
        with pytest.raises(ModelError, match=message):
            bp.load(bad)
    newer = {**metadata, "format_version": "2"}
    save_file(tensors, bad, newer)
    with pytest.raises(ModelError, match="format version 2"):
        bp.load(bad)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.safetensors"
    bp.Network([2, 3, 1], seed=0).save(path)
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(InputError, match="No space left"):
        bp.Network([2, 3, 1], seed=1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
