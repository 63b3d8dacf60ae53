"""`backproof explain`: what it derives for data sets, tables and models, how it is asked, how it is wrongly called."""

import subprocess
import sys

import pytest
from command import backproof

import backproof as bp
from backproof.derivation.renderers import RENDERERS

FLOWERS = "width,height,kind\n" + "\n".join(
    f"{width},{width * 2 + shift},{'rose' if shift else 'lily'}"
    for width in range(1, 6)
    for shift in (0, 3)
)


@pytest.fixture
def flowers(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    return str(path)


def explain(capsys, *arguments):
    status, out, err = backproof(capsys, "explain", *arguments)
    assert (status, err) == (0, ""), err
    return out


def test_xor_is_explained(capsys):
    out = explain(capsys, "xor")
    assert "row 2 of xor: x1 = 0, x2 = 1; y = 1" in out  # the first one whose inputs are not all 0
    assert "15. Update" in out
    assert out == explain(capsys, "xor")  # a page that is made twice is the same page


def test_only_one_step(capsys):
    out = explain(capsys, "xor", "--only", "delta2")
    assert out.startswith("Backward: δ⁽²⁾")
    assert "Forward" not in out


def test_an_example_is_found_among_the_rows(capsys):
    out = explain(capsys, "xor", "--example", "1,0", "--only", "network")
    assert "row 3 of xor: x1 = 1, x2 = 0; y = 1" in out
    assert out == explain(capsys, "xor", "--row", "3", "--only", "network")


def test_an_example_that_is_no_row_needs_its_target(capsys):
    status, _, err = backproof(capsys, "explain", "xor", "--example", "1,0.5")
    assert (status, "--expect" in err) == (2, True)
    out = explain(capsys, "xor", "--example", "1,0.5", "--expect", "1", "--only", "network")
    assert "x1 = 1, x2 = 0.5; y = 1" in out


@pytest.mark.parametrize(("rows", "shape"), [("all", "4×3"), ("1,3", "2×3"), ("2-4", "3×3")])
def test_a_batch(capsys, rows, shape):
    assert f"z⁽²⁾      {shape}" in explain(capsys, "xor", "--row", rows, "--only", "network")


def test_the_options_of_train(capsys):
    out = explain(
        capsys, "xor", "--hidden", "2,2", "--activation", "tanh,relu", "--output-activation", "softplus",
        "--loss", "squared-error", "--seed", "5", "--only", "network",
    )  # fmt: skip
    assert "2-2-2-1 network (tanh, relu, softplus), squared-error" in " ".join(out.split())


def test_a_persons_own_names(capsys):
    out = explain(
        capsys,
        "xor",
        "--name",
        "delta2=hidden_error",
        "--name",
        "W3=theta2",
        "--only",
        "hidden_error",
    )
    assert "hidden_error = (δ⁽³⁾ theta2ᵀ)" in out


def test_the_optimiser(capsys):
    out = explain(
        capsys, "xor", "--optimizer", "sgd", "--momentum", "0.9", "--learning-rate", "0.5",
        "--weight-decay", "0.1", "--reduction", "sum", "--row", "all", "--only", "update",
    )  # fmt: skip
    assert "μ · v − η" in out
    assert "0.9 · 0 − 0.5 · " in out


def test_a_table_file(capsys, flowers):
    out = explain(capsys, flowers, "-t", "kind", "--row", "4", "--hidden", "2", "--only", "network")
    assert "row 4 of " in out
    assert "width = 2, height = 7; kind = rose" in " ".join(out.split())
    same = explain(
        capsys, flowers, "-t", "kind", "--example", "2,7", "--expect", "rose", "--hidden", "2", "--only", "dW2"
    )  # fmt: skip
    row = explain(capsys, flowers, "-t", "kind", "--row", "4", "--hidden", "2", "--only", "dW2")
    assert same == row


def test_a_saved_model(capsys, flowers, tmp_path):
    model = str(tmp_path / "flowers.safetensors")
    assert backproof(
        capsys, "train", flowers, "--hidden", "2", "--seed", "1", "--save", model
    )[0] in (0, 1)  # fmt: skip
    out = explain(capsys, model, "--row", "2", "--only", "z2")
    weights = bp.load(model).weights[0]
    assert f"{abs(weights[0, 0]):.4f}" in out
    assert explain(capsys, model, "--row", "2", "--only", "z2", "--data", flowers) == out


def test_a_model_whose_rows_are_gone_takes_a_typed_example(capsys, flowers, tmp_path):
    model = str(tmp_path / "flowers.safetensors")
    backproof(capsys, "train", flowers, "--hidden", "2", "--seed", "1", "--save", model)
    (tmp_path / "flowers.csv").unlink()
    assert backproof(capsys, "explain", model)[0] == 2
    assert "rose" in explain(
        capsys, model, "--example", "1,5", "--expect", "rose", "--only", "network"
    )


@pytest.mark.parametrize("form", RENDERERS)
def test_every_format_into_a_file(capsys, tmp_path, form):
    path = tmp_path / "page"
    assert explain(capsys, "xor", "--format", form, "--output", str(path)) == ""
    assert path.read_bytes().decode() == explain(capsys, "xor", "--format", form)


ENDINGS = {"page.md": "markdown", "page.tex": "latex", "page.html": "html", "page.json": "json"}


@pytest.mark.parametrize("name", ENDINGS)
def test_the_ending_of_the_file_says_the_format(capsys, tmp_path, name):
    path = tmp_path / name
    explain(capsys, "xor", "--only", "delta2", "--output", str(path))
    expected = explain(capsys, "xor", "--only", "delta2", "--format", ENDINGS[name])
    assert path.read_bytes().decode() == expected


# wrongly called: words of the message
BAD_CALLS = {
    "neither data nor code": (["xro"], ["`xro`"]),
    "missing file": (["nowhere.csv"], ["nowhere.csv"]),
    "missing model": (["nowhere.safetensors"], ["nowhere.safetensors"]),
    "missing program": (["net.py"], ["net.py"]),
    "row of a program": (["net.py", "--row", "3"], ["--row"]),
    "row outside": (["xor", "--row", "7"], ["1 to 4"]),
    "row 0": (["xor", "--row", "0"], ["1 to 4"]),
    "row of words": (["xor", "--row", "first"], ["2-5"]),
    "both": (["xor", "--row", "1", "--example", "1,0"], ["--row"]),
    "example too short": (["xor", "--example", "1"], ["x1, x2"]),
    "example of words": (["xor", "--example", "1,b"], ["`x2`", "number"]),
    "target alone": (["xor", "--expect", "1"], ["--example"]),
    "step": (["xor", "--only", "delta9"], ["delta9"]),
    "notation": (["xor", "--notation", "klingon"], ["textbook"]),
    "name": (["xor", "--name", "delta2"], ["delta2=d_hidden"]),
    "name of nothing": (["xor", "--name", "delta7=d"], ["delta7"]),
    "optimiser": (["xor", "--optimizer", "magic"], ["sgd"]),
    "setting of another": (["xor", "--optimizer", "adam", "--momentum", "0.9"], ["momentum"]),
    "format": (["xor", "--format", "papyrus"], ["papyrus"]),
    "story as a page": (["wrong-sign", "--format", "html"], ["markdown"]),
    "folder": (["xor", "--output", "/nowhere/page"], ["/nowhere"]),
}


@pytest.mark.parametrize("kind", BAD_CALLS)
def test_a_wrong_call_says_what_is_needed(capsys, kind):
    arguments, words = BAD_CALLS[kind]
    status, out, err = backproof(capsys, "explain", *arguments)
    assert (status, out) == (2, "")
    for word in words:
        assert word in err, err


def test_help_shows_examples(capsys):
    out = backproof(capsys, "explain", "--help")[1]
    assert "backproof explain xor --only delta2" in out


def test_a_story_loads_no_algebra_and_a_derivation_does():
    def loaded(*arguments):
        program = f"import sys; sys.argv = ['backproof', *{list(arguments)}]\nfrom backproof.cli import main\ntry:\n    main()\nexcept SystemExit: pass\nprint('sympy' in sys.modules, file=sys.stderr)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        return done.stderr.strip()

    assert loaded("explain", "wrong-sign") == "False"
    assert loaded("--help") == "False"
    assert loaded("explain", "xor", "--only", "a2") == "True"


def test_the_numpy_program_is_printed_or_written_with_its_files(capsys, tmp_path, flowers):
    source = explain(capsys, "xor", "--format", "numpy")
    done = subprocess.run(
        [sys.executable, "-"], input=source, capture_output=True, text=True, check=True
    )
    assert "backproof" not in source
    assert done.stdout.splitlines()[-4:][1].startswith("[0. 1.] -> [1.]")
    explain(capsys, "iris", "--epochs", "3", "--output", str(tmp_path / "iris.py"))
    written = sorted(path.name for path in tmp_path.glob("iris*"))
    assert written == ["iris.csv", "iris.npz", "iris.py"]
    explain(capsys, flowers, "--target", "kind", "--output", str(tmp_path / "f.py"))
    subprocess.run([sys.executable, tmp_path / "f.py"], capture_output=True, check=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("iris", "--format", "numpy"), "--output"),
        (("xor", "--format", "numpy", "--row", "2"), "--row"),
        (("xor", "--format", "numpy", "--optimizer", "l-bfgs"), "sgd"),
        (("update-without-input", "--format", "numpy"), "data set"),
        (("xor", "--format", "numpy", "--epochs", "0"), "epochs"),
        (("xor", "--format", "numpy", "--batch-size", "0"), "batch_size"),
        (("xor", "--epochs", "5"), "--epochs is for --format numpy"),
        (("xor", "--batch-size", "5"), "--batch-size is for --format numpy"),
    ],
)
def test_what_the_numpy_program_cannot_be(capsys, arguments, told):
    status, out, err = backproof(capsys, "explain", *arguments)
    assert (status, out) == (2, "")
    assert told in err


def test_the_numpy_program_takes_the_momentum_that_was_asked_for(capsys):
    assert "momentum = 0.9" in explain(capsys, "xor", "--format", "numpy", "--momentum", "0.9")


def test_what_is_neither_data_nor_a_mistake_is_told_with_the_nearest_of_both(capsys):
    status, _, err = backproof(capsys, "explain", "xorr")
    assert status == 2
    assert err.startswith(
        "error: `xorr` is not a kind of mistake, a data set or a file; the nearest: xor"
    )
