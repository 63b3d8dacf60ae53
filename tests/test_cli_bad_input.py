"""Bad input gets a message that says what was given, what is needed and what to do; exit status 2; nothing is written."""

import subprocess
import sys

import numpy as np
import pytest
from command import backproof

GOOD = "x,y\n1,a\n2,b\n3,a\n4,b\n"

# file content (None: no file), extra arguments, what the message must say
TABLES = {
    "missing file": (None, [], ["there is no file", "table.csv"]),
    "empty file": ("", [], ["is empty", "header"]),
    "blank file": ("\n \n", [], ["is empty"]),
    "header only": ("x,y\n", [], ["no rows", "two rows"]),
    "text among numbers": ("x,y\n1,0\n2,1\noops,0\n4,1\n", [], ["`x`", "'oops'", "row 3", "--ignore x"]),
    "text among decimal commas": (
        "x;y\n1,5;0\noops;1\n2,5;0\n3,5;1\n",
        [],
        ["`x`", "'oops'", "row 2"],
    ),
    "gap": ("x,y\n1,0\n,1\n3,0\n", [], ["`x`", "no value", "row 2"]),
    "NaN": ("x,y\n1,0\n2,1\nNaN,0\n", [], ["`x`", "no value", "row 3"]),
    "infinity": ("x,y\n1,0\ninf,1\n3,0\n", [], ["`x`", "infinity", "row 2"]),
    "gap in the target": ("x,y\n1,a\n2,\n3,b\n", [], ["`y`", "no value", "row 2"]),
    "one class only": ("x,y\n1,a\n2,a\n3,a\n", [], ["`y`", "one class only", "'a'", "two"]),
    "constant number": ("x,y\n1,5\n2,5\n", ["--task", "numbers"], ["`y`", "5 in every row"]),
    "text as a number": ("x,y\n1,a\n2,b\n", ["--task", "numbers"], ["`y`", "'a'", "row 1"]),
    "label that is neither": ("x,y\n1,0\n2,3\n", ["--task", "labels"], ["`y`", "3", "row 2", "0 or 1"]),
    "ragged line": ("x,y\n1,2\n3,4,5\n", [], ["3 values", "line 3", "2 columns"]),
    "two columns of one name": ("x,x,y\n1,2,3\n4,5,6\n", [], ["two columns", "`x`"]),
    "unknown target": (GOOD, ["-t", "z"], ["`z`", "--target", "x, y"]),
    "position beyond": (GOOD, ["-t", "3"], ["3", "2 columns", "1 to 2"]),
    "target ignored": (GOOD, ["-t", "y", "--ignore", "y"], ["`y`", "--target", "--ignore"]),
    "only a target": ("y\n1\n2\n", [], ["no input column"]),
    "huge values": ("x,y\n1e308,0\n-1e308,1\n1e308,0\n", [], ["`x`", "too large", "rescale"]),
    "names as input": (
        "n,y\n" + "".join(f"name{i},{i % 2}\n" for i in range(60)), [], ["`n`", "60 different texts", "--ignore n"],
    ),
    "binary file": ("a\x00\x01\x02" * 20, [], ["binary"]),
    "fewer rows than the batch": (GOOD, ["--method", "sgd", "--batch-size", "9"], ["9", "4 rows", "at most 4"]),
    "test share of nothing": (GOOD, ["--test-size", "0.01"], ["--test-size", "0.01", "4 rows"]),
    "test share out of range": (GOOD, ["--test-size", "1.5"], ["--test-size", "1.5", "between 0 and 1"]),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_table(capsys, tmp_path, case):
    content, arguments, needed = TABLES[case]
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_text(content)
    model = tmp_path / "model.safetensors"
    status, _, err = backproof(capsys, "train", f"{path}", *arguments, "--save", f"{model}")
    assert status == 2, err
    assert err.startswith("error: ")
    for part in needed:
        assert part in err, err
    assert not model.exists()


# arguments after `train`, what the message must say
SETTINGS = {
    "unknown name": (["xorr"], ["`xorr`", "nearest", "xor"]),
    "size out of range": (["parity-40"], ["parity-40", "2 to 16"]),
    "unknown method": (["xor", "--method", "sdg"], ["`sdg`", "sgd"]),
    "unknown activation": (["xor", "--activation", "relo"], ["`relo`", "relu"]),
    "unknown loss": (["xor", "--loss", "cross"], ["`cross`", "cross-entropy"]),
    "unknown start": (["xor", "--start", "glorott"], ["`glorott`", "glorot"]),
    "unknown schedule": (["xor", "--method", "sgd", "--schedule", "linear"], ["`linear`", "constant"]),
    "unknown precision": (["xor", "--dtype", "float16"], ["`float16`", "float32"]),
    "unknown engine": (["xor", "--engine", "fast"], ["`fast`", "reference"]),
    "softmax with one unit": (["xor", "--output", "softmax"], ["softmax", "one output unit", "sigmoid"]),
    "cross-entropy of other numbers": (
        ["sine", "--output", "sigmoid", "--loss", "cross-entropy"], ["0 to 1", "squared-error"],
    ),
    "cross-entropy behind tanh": (["xor", "--output", "tanh", "--loss", "cross-entropy"], ["between 0 and 1", "-1 to 1"]),
    "marquardt with 100,000 weights": (
        ["xor", "--method", "levenberg-marquardt", "--hidden", "25000"], ["100,001", "5,000", "adam"],
    ),
    "marquardt with a kink": (["xor", "--method", "lm", "--activation", "relu"], ["relu", "kink", "tanh"]),
    "mini-batches of l-bfgs": (["xor", "--method", "l-bfgs", "--batch-size", "2"], ["all 4 rows", "sgd"]),
    "negative rate": (["xor", "--method", "sgd", "--learning-rate", "-1"], ["learning_rate", "-1", "above 0"]),
    "momentum of auto": (["xor", "--momentum", "0.5"], ["--momentum", "--method sgd"]),
    "momentum of adam": (["xor", "--method", "adam", "--momentum", "0.5"], ["adam", "momentum", "beta_1"]),
    "momentum of one": (["xor", "--method", "sgd", "--momentum", "1"], ["momentum", "below 1"]),
    "no epochs": (["xor", "--epochs", "0"], ["epochs", "1 or more"]),
    "units that are no numbers": (["xor", "--hidden", "3,x"], ["--hidden", "3,x", "16,8"]),
    "negative units": (["xor", "--hidden=-3"], ["sizes", "above 0"]),
    "activations for other layers": (["xor", "--hidden", "3,3", "--activation", "tanh,tanh,relu"], ["3", "2 hidden"]),
    "target of a data set": (["xor", "--target", "x1"], ["xor", "--target"]),
    "folder that is not there": (["xor", "--save", "nowhere/x.safetensors"], ["no folder", "nowhere"]),
    "model of another kind": (["xor", "--save", "x.pkl"], ["x.pkl", ".safetensors"]),
    "picture of another kind": (["xor", "--plot", "x.bmp"], ["x.bmp", ".png", ".svg"]),
    "unknown option": (["xor", "--hiden", "3"], ["--hiden", "--hidden"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SETTINGS)
def test_setting(capsys, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    arguments, needed = SETTINGS[case]
    status, _, err = backproof(capsys, "train", *arguments)
    assert status == 2, err
    for part in needed:
        assert part in err, err
    assert not list(tmp_path.iterdir())


def test_unknown_command(capsys):
    status, _, err = backproof(capsys, "trian", "xor")
    assert status == 2
    assert "`trian`" in err
    assert "train" in err


def test_divergence_names_the_epoch_and_a_rate_and_ends_with_1(capsys, tmp_path):
    history = tmp_path / "h.csv"
    status, _, err = backproof(
        capsys, "train", "sine", "--method", "sgd", "--learning-rate", "1e5", "--history", f"{history}"
    )  # fmt: skip
    assert status == 1
    assert "diverged" in err
    assert "epoch" in err
    assert "learning rate of 0.1" in err
    assert len(history.read_text().splitlines()) > 1


def test_a_missing_package_is_named():
    code = "import sys; sys.modules['sklearn'] = None; from backproof.cli import main; main(['train', 'iris'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install scikit-learn" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m backproof train encoder-40 --method sgd --epochs 1 | head -1",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("encoder-40")


def test_numbers_that_are_not_finite_in_python(capsys):
    import backproof as bp

    network = bp.Network([2, 3, 1], seed=0)
    with pytest.raises(bp.BackproofError, match="NaN in row 2, column 1"):
        bp.train(network, [[0, 1], [np.nan, 0]], [0, 1])
