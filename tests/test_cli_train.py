"""`backproof train` as a person uses it: what it prints, writes and returns."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from command import backproof

import backproof as bp
from backproof.models import read


def test_xor_prints_its_four_rows_and_ends_with_0(capsys):
    status, out, err = backproof(capsys, "train", "xor", "--seed", "1")
    assert status == 0
    assert err == ""
    rows = re.findall(r"^([01]) xor ([01]) = (\d\.\d{4})$", out, re.M)
    assert len(rows) == 4
    for a, b, value in rows:
        assert abs(float(value) - (int(a) ^ int(b))) < 0.1
    assert re.search(r"loss 0\.\d+ after \d+ epochs in \d+\.\d\d s", out)
    assert "method: levenberg-marquardt" in out


def test_json_is_one_object_and_nothing_else(capsys):
    status, out, err = backproof(capsys, "train", "xor", "--seed", "1", "--format", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found["solved"] is True
    assert found["method"] == "levenberg-marquardt"
    assert found["network"]["sizes"] == [2, 3, 1]
    assert np.abs(np.ravel(found["outputs"]) - [0, 1, 1, 0]).max() == pytest.approx(
        found["largest_error"]
    )


def test_quiet_prints_nothing(capsys):
    assert backproof(capsys, "train", "and", "--quiet") == (0, "", "")


def test_the_same_seed_gives_the_same_network(capsys, tmp_path):
    for name in ("a", "b"):
        backproof(
            capsys, "train", "xor", "--seed", "5", "-q", "--save", f"{tmp_path}/{name}.safetensors"
        )
    a, b = (bp.load(tmp_path / f"{name}.safetensors") for name in "ab")
    assert (a.parameters == b.parameters).all()


@pytest.mark.parametrize(
    "name",
    ["and", "or", "nand", "nor", "xnor", "parity-3", "half-adder", "encoder-4", "encoder-8"],
)
def test_every_truth_table_is_solved(capsys, name):
    status, out, _ = backproof(capsys, "train", name, "--seed", "2", "--format", "json")
    assert status == 0
    assert json.loads(out)["largest_error"] <= 0.1


def test_a_truth_table_that_cannot_be_solved_ends_with_1(capsys):
    status, out, _ = backproof(capsys, "train", "xor", "--hidden", "0", "--seed", "1")
    assert status == 1
    assert "not solved" in out
    assert "--hidden" in out


def test_the_answers_settings(capsys):
    status, out, _ = backproof(
        capsys, "train", "xor", "--method", "sgd", "--learning-rate", "0.1", "--batch-size", "1",
        "--start", "answer", "--epochs", "300", "--seed", "1", "--format", "json",
    )  # fmt: skip
    found = json.loads(out)
    assert status == 0
    assert found["epochs"] == 300
    assert found["settings"]["shuffle"] is False
    assert found["settings"]["batch_size"] == 1


@pytest.mark.parametrize("method", ["sgd", "adam", "irprop", "l-bfgs", "levenberg-marquardt"])
def test_every_method_trains(capsys, method):
    status, out, _ = backproof(
        capsys, "train", "sine", "--method", method, "--epochs", "30", "--format", "json", "--seed", "1"
    )  # fmt: skip
    found = json.loads(out)
    assert status == 0
    assert found["method"] == method
    assert found["training"]["r2"]["y"] > 0


def test_a_table_with_categories_gaps_filled_and_classes_of_text(capsys, tmp_path):
    rows = ["size,colour,kind"]
    for i in range(60):
        colour, size = ("red", i) if i % 2 else ("blue", 100 + i)
        rows.append(f"{size},{colour},{'cherry' if i % 2 else 'plum'}")
    (tmp_path / "fruit.csv").write_text("\n".join(rows))
    status, out, _ = backproof(
        capsys, "train", f"{tmp_path}/fruit.csv", "--test-size", "0.25", "--seed", "3", "--format", "json"
    )  # fmt: skip
    found = json.loads(out)
    assert status == 0
    assert found["network"]["sizes"][0] == 3  # one number, two colours
    assert (found["training"]["rows"], found["test"]["rows"]) == (45, 15)
    assert found["test"]["classes"] == ["cherry", "plum"]
    assert found["test"]["accuracy"] == 1.0


def test_test_rows_are_neither_trained_on_nor_in_the_statistics(capsys, tmp_path):
    rows = ["x,y"] + [f"{i},{2 * i}" for i in range(40)]
    (tmp_path / "line.csv").write_text("\n".join(rows))
    model = tmp_path / "line.safetensors"
    backproof(
        capsys, "train", f"{tmp_path}/line.csv", "--test-size", "0.5", "--seed", "1", "-q", "--save", f"{model}",
        "--hidden", "0", "--task", "numbers",
    )  # fmt: skip
    network, training = read(model)
    (column,) = network.preprocessing.columns
    assert training["training"]["rows"] == training["test"]["rows"] == 20
    assert column.mean != pytest.approx(np.arange(40).mean())
    assert training["test"]["r2"]["y"] > 0.9


def test_decimal_commas_are_numbers(capsys, tmp_path):
    """A spreadsheet in much of Europe writes `1,5;2,5`."""
    rows = ["size;price"] + [f"{i},5;{2 * i},25" for i in range(20)]
    (tmp_path / "prices.csv").write_text("\n".join(rows))
    status, out, _ = backproof(capsys, "train", f"{tmp_path}/prices.csv", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert found["network"]["sizes"][0] == 1  # a number, no categories
    assert found["training"]["r2"]["price"] > 0.9


def test_only_gates_read_as_gates(capsys):
    _, out, _ = backproof(capsys, "train", "parity-2", "--seed", "1")
    assert re.search(r"^0 1 = 0\.\d{4}$|^0 1 = 1\.0000$", out, re.M)
    assert "1 parity-2" not in out


def test_several_targets_are_labels_or_numbers(capsys, tmp_path):
    rows = ["a,b,both,either"] + [f"{a},{b},{a & b},{a | b}" for a in (0, 1) for b in (0, 1)]
    (tmp_path / "gates.tsv").write_text("\n".join(rows).replace(",", "\t"))
    status, out, _ = backproof(
        capsys, "train", f"{tmp_path}/gates.tsv", "-t", "both", "-t", "4", "--weight-decay", "0", "--format", "json"
    )  # fmt: skip
    found = json.loads(out)
    assert status == 0
    assert found["training"]["accuracy_of"] == {"both": 1.0, "either": 1.0}


def test_history_and_plot_and_model_are_written(capsys, tmp_path):
    files = [tmp_path / name for name in ("h.csv", "p.png", "m.safetensors")]
    status, out, _ = backproof(
        capsys, "train", "xor", "--history", f"{files[0]}", "--plot", f"{files[1]}", "--save", f"{files[2]}",
        "--seed", "1",
    )  # fmt: skip
    assert status == 0
    assert all(file.stat().st_size for file in files)
    assert sorted(tmp_path.iterdir()) == sorted(files)  # nothing temporary stays
    header, *rows = files[0].read_text().splitlines()
    assert header == "start,epoch,loss,learning_rate"
    assert f"after {len(rows)} epochs" in out


def test_ctrl_c_keeps_the_best_network_and_ends_with_1(tmp_path):
    model = tmp_path / "m.safetensors"
    code = (
        "import _thread, threading, sys; from backproof.cli import main; "
        "threading.Timer(1.5, _thread.interrupt_main).start(); "
        f"main(['train', 'xor', '--method', 'sgd', '--epochs', '100000000', '--save', {str(model)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "stopped by hand" in done.stdout
    assert done.stderr == ""
    assert bp.load(model).sizes == (2, 3, 1)


def test_no_progress_bar_in_a_pipe():
    done = subprocess.run(
        [sys.executable, "-m", "backproof", "train", "xor", "--method", "sgd", "--epochs", "500"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_progress_bar_on_a_terminal():
    pty = pytest.importorskip("pty")
    import os

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "backproof", "train", "xor", "--method", "adam", "--epochs", "3000",
         "--early-stopping", "--validation", "0.25", "--patience", "3000"],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ) as process:  # fmt: skip
        os.close(theirs)
        drawn = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux reports the other end's closing so
                break
            if not part:
                break
            drawn += part
        assert process.wait() == 0
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn.decode())
    assert re.search(r"epoch 3000/3000  loss 0\.\d+  validation \d\.\d+  rate 0\.001", text)


def test_help_and_version_load_no_numpy():
    code = "import sys; sys.argv = ['backproof', {!r}]; from backproof.cli import main\ntry: main()\nexcept SystemExit: print('numpy' in sys.modules)"
    for option in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(option)], capture_output=True, text=True
        )
        assert done.stdout.splitlines()[-1] == "False", done.stderr


def test_training_xor_loads_no_slow_library():
    code = "import sys; from backproof.cli import main\ntry: main(['train', 'xor', '-q'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "backproof.training" in loaded
    slow = {"scipy", "sympy", "matplotlib", "polars", "sklearn", "rich", "pandas", "numpy.random"}
    assert not loaded & slow


@pytest.mark.parametrize("command", ["train", "predict", "datasets"])
def test_every_command_has_an_example_in_its_help(capsys, command):
    status, out, _ = backproof(capsys, command, "--help")
    assert status == 0
    assert f"backproof {command}" in out.split("Examples:")[1]


def test_datasets_lists_names_and_shapes(capsys):
    status, out, _ = backproof(capsys, "datasets")
    assert status == 0
    for name in (
        "xor",
        "parity-N",
        "encoder-N",
        "two-spirals",
        "circles",
        "sine",
        "iris",
        "digits",
    ):
        assert re.search(rf"^{name} ", out, re.M)
    status, out, _ = backproof(capsys, "datasets", "--format", "json")
    assert {"name", "shape", "description"} == set(json.loads(out)[0])


def test_dropout_is_an_option(capsys):
    command = [
        "train",
        "xor",
        "--method",
        "adam",
        "--epochs",
        "20",
        "--seed",
        "1",
        "--format",
        "json",
    ]
    plain, thinned = (
        json.loads(backproof(capsys, *command, *more)[1]) for more in ([], ["--dropout", "0.5"])
    )
    assert thinned["settings"]["dropout"] == [0.5]
    assert thinned["loss"] != plain["loss"]
