"""Pictures: what is on them, that it can be read, and the files they become."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import matplotlib.style
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle

import backproof as bp
from backproof.errors import InputError, ShapeError
from backproof.monitor import History
from backproof.plots import check_plot_path, plot_network, plot_run
from backproof.plots.layout import arrange, room, shortened
from backproof.plots.placing import place
from backproof.plots.style import BLUE, ORANGE, number

XOR_X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
XOR_Y = np.array([[0], [1], [1], [0.0]])

# few enough weights that each gets its number
SMALL = [[2, 3, 1], [1, 5, 1], [3, 3, 2], [2, 2, 2, 2, 1], [1] * 12, [11, 1], [1, 11], [2, 5, 1]]
LARGE = [[2, 7, 1], [4, 32, 3], [64, 100, 10], [3] * 20]


def trained(sizes, X, y, epochs=3, output="sigmoid", **settings):
    network = bp.Network(sizes, hidden="tanh", output=output, seed=0)
    return bp.train(network, X, y, optimizer="adam", epochs=epochs, seed=0, **settings)


@pytest.fixture(scope="module")
def xor():
    return trained([2, 3, 1], XOR_X, XOR_Y)


def rows(count, inputs, classes=3):
    random = np.random.default_rng(0)
    return random.normal(size=(count, inputs)), random.integers(0, classes, count)


def panel(figure, title):
    (axes,) = [axes for axes in figure.axes if axes.get_title(loc="left").startswith(title)]
    return axes


def diagram(figure):
    return figure.axes[-1]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def dots(axes):
    return sum(len(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection))


def number_texts(axes, network):
    known = {number(weight) for weight in network.parameters} - {"1"}
    return [text for text in axes.texts if text.get_text() in known]


# Which panels


@pytest.mark.parametrize(
    ("sizes", "output", "title"),
    [
        ([1, 3, 1], "identity", "Output and training rows"),
        ([1, 3, 3], "softmax", "Outputs and training rows"),
        ([2, 3, 1], "sigmoid", "Output y₁"),
        ([2, 3, 1], "identity", "Output y₁"),
        ([2, 3, 3], "softmax", "Class"),
        ([2, 3, 2], "sigmoid", "Answer y₁ y₂"),
        ([2, 3, 2], "identity", None),
        ([2, 3, 9], "softmax", None),
        ([3, 3, 1], "sigmoid", None),
    ],
)
def test_outputs_are_drawn_where_they_have_a_picture(sizes, output, title):
    X, classes = rows(20, sizes[0], max(sizes[-1], 2))
    y = np.eye(max(sizes[-1], 2))[classes][:, : sizes[-1]]
    run = trained(sizes, X, y, output=output)
    assert titles(plot_run(run, X=X, y=y)) == ["Loss"] + [title] * (title is not None)
    assert titles(run.plot()) == ["Loss"], "without rows the range is not known"


def test_surface_shows_the_outputs_and_every_row(xor):
    axes = panel(plot_run(xor, X=XOR_X, y=XOR_Y), "Output")
    (image,) = axes.images
    low, high, bottom, top = image.get_extent()
    shown, size = image.get_array(), image.get_array().shape
    for row, column in [(0, 0), (10, 200), (size[0] - 1, 5)]:
        x = (
            low + (column + 0.5) / size[1] * (high - low),
            bottom + (row + 0.5) / size[0] * (top - bottom),
        )
        assert shown[row, column] == pytest.approx(xor.network.predict(x)[0, 0])
    assert dots(axes) == 4
    assert (low < 0, high > 1) == (True, True)


def test_regions_are_those_of_the_largest_output():
    X, y = rows(60, 2)
    run = trained([2, 4, 3], X, y, output="softmax", epochs=30)
    figure = plot_run(run, X=X, y=y, outputs=["_low", "mid", "high"])
    axes = panel(figure, "Class")
    colors = axes.images[0].get_array()
    corner = axes.images[0].get_extent()[::2]
    answer = int(run.network.predict(np.array(corner))[0].argmax())
    (legend_dot,) = [
        handle
        for handle, text in zip(
            axes.get_legend().legend_handles, axes.get_legend().texts, strict=True
        )
        if text.get_text() == ["_low", "mid", "high"][answer]
    ]
    tint, full = 1 - colors[0, 0], 1 - legend_dot.get_facecolor()[0][:3]
    np.testing.assert_allclose(tint / tint.max(), full / full.max())
    assert dots(axes) == 60


def test_curve_shows_the_outputs():
    X, _ = rows(30, 1)
    run = trained([1, 3, 1], X, np.sin(X), output="identity")
    axes = panel(plot_run(run, X=X, y=np.sin(X)), "Output")
    x, a = axes.lines[0].get_data()
    assert a == pytest.approx(run.network.predict(x[:, None])[:, 0])
    assert dots(axes) == 30


def test_rows_of_a_preprocessed_network_are_taken_as_encoded(xor):
    network = xor.network.copy()
    network.preprocessing = object()  # would fail if asked to encode
    figure = plot_run(replace(xor, network=network), X=XOR_X, y=XOR_Y)
    assert "Output y₁" in titles(figure)


# Losses


def test_validation_loss_is_drawn_beside_the_training_loss():
    X, y = rows(40, 3)
    run = trained([3, 4, 3], X, y, output="softmax", validation=0.25)
    axes = panel(plot_run(run), "Loss")
    drawn = {
        text.get_text(): line.get_ydata()
        for text, line in zip(axes.get_legend().texts, axes.lines, strict=True)
    }
    assert drawn["training"] == pytest.approx(run.history["loss"])
    assert drawn["validation"] == pytest.approx(run.history["validation_loss"])


def with_losses(run, losses, starts=None):
    starts = [1] * len(losses) if starts is None else starts
    histories = {start: History(start, max(starts), len(losses)) for start in sorted(set(starts))}
    for loss, start in zip(losses, starts, strict=True):
        histories[start].append(loss, None, run.progress[0].learning_rate)
    parts = tuple(histories.values()) or (History(1, 1, 1),)
    return replace(run, histories=parts, starts=max(starts, default=1))


@pytest.mark.parametrize(
    ("losses", "scale"),
    [
        ([1.0, 0.5], "linear"),
        ([1.0, 0.01], "log"),
        ([1.0, 0.01, 0.0], "log"),
        ([0.0], "linear"),
        ([np.inf], "linear"),
    ],
)
def test_a_far_fall_has_a_logarithmic_axis(xor, losses, scale):
    assert panel(plot_run(with_losses(xor, losses)), "Loss").get_yscale() == scale


def test_restarts_are_marked_and_break_the_line(xor):
    run = with_losses(xor, [0.7, 0.6, 0.5, 0.8, 0.7, 0.9, 0.1], [1, 1, 1, 2, 2, 3, 3])
    axes = panel(plot_run(run), "Loss")
    curves = [list(line.get_xdata()) for line in axes.lines if line.get_linestyle() == "-"]
    assert curves == [[1, 2, 3], [4, 5], [6, 7]]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() != "-"] == [3.5, 5.5]
    assert texts(axes) == ["start 2", "start 3"]


def test_a_run_that_finished_no_epoch_is_drawn(xor):
    assert "no epoch was finished" in texts(panel(plot_run(with_losses(xor, [])), "Loss"))


# The network


@pytest.mark.parametrize("sizes", SMALL)
def test_a_small_network_shows_every_weight_apart_from_the_others(sizes):
    network = bp.Network(sizes, seed=3)
    network.parameters *= -37.3
    figure = plot_network(network)
    drawn = number_texts(diagram(figure), network)
    edges = arrange(network, *figure.get_size_inches()).edges
    assert len(drawn) == len(edges)
    boxes = [text.get_window_extent() for text in drawn]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("sizes", LARGE)
def test_a_large_network_shows_no_numbers(sizes):
    network = bp.Network(sizes, seed=3)
    assert not number_texts(diagram(plot_network(network)), network)


def test_each_number_stands_on_its_edge():
    network = bp.Network([2, 3, 1], seed=3)
    figure = plot_network(network)
    drawn = {text.get_text(): text.get_position() for text in diagram(figure).texts}
    for edge in arrange(network, *figure.get_size_inches(), 0, 0).edges:
        begin, end = np.array(edge.begin), np.array(edge.end)
        along, across = end - begin, np.array(drawn[number(edge.weight)]) - begin
        assert 0 < across @ along < along @ along


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 7, 1]])
def test_lines_tell_sign_and_magnitude(sizes):
    network = bp.Network(sizes, seed=3)
    network.parameters[:] = np.linspace(-1, 2, network.parameters.size)
    (lines,) = [
        c for c in diagram(plot_network(network)).collections if isinstance(c, LineCollection)
    ]
    weights = np.sort(np.abs(network.parameters))
    assert len(lines.get_linewidths()) == len(weights)
    assert (np.diff(lines.get_linewidths()) >= 0).all()
    colors = [tuple(color[:3]) for color in lines.get_colors()]
    assert colors.count(to_rgb(ORANGE)) == (network.parameters < 0).sum()
    assert colors.count(to_rgb(BLUE)) == (network.parameters >= 0).sum()


def test_bias_units_are_circles_of_their_own():
    axes = diagram(plot_network(bp.Network([2, 3, 1], seed=0)))
    assert sum(isinstance(patch, Circle) for patch in axes.patches) == 2 + 3 + 1 + 2
    assert texts(axes).count("1") == 2


def test_long_layers_and_deep_networks_are_shortened():
    axes = diagram(plot_network(bp.Network([64, 100, 10], seed=0)))
    assert {"64 inputs", "55 more", "100 hidden", "91 more", "10 outputs"} <= set(texts(axes))
    assert {"x₁", "x₆₄", "y₁₀"} <= set(texts(axes))
    assert "9 more layers" in texts(diagram(plot_network(bp.Network([2] * 20, seed=0))))


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_a_network_without_usable_weights_is_drawn(value, tmp_path):
    network = bp.Network([2, 3, 1], seed=0)
    network.parameters[:3] = value
    network.parameters[3:] = 0
    plot_network(network, tmp_path / "network.png")


@pytest.mark.parametrize(("count", "shown"), [(1, [0]), (3, [0, 1, 2]), (5, [0, None, 4])])
def test_shortened_keeps_both_ends(count, shown):
    assert shortened(count, 3) == shown


def test_no_place_for_numbers_that_are_too_large():
    network = bp.Network([2, 3, 1], seed=0)
    sketch = arrange(network, *room(network))
    assert place(sketch, [0.3] * 13, 0.1) is not None
    assert place(sketch, [2.0] * 13, 1.0) is None


# Names


def test_names_are_shown_as_they_are(xor):
    figure = plot_run(xor, X=XOR_X, y=XOR_Y, inputs=["a$b$", "_left\nside"], outputs=["$5"])
    assert {"a$b$", "_left side", "$5"} <= set(texts(diagram(figure)))
    axes = panel(figure, "Output")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a$b$", "_left side")
    assert figure._repr_png_()


@pytest.mark.parametrize(
    ("names", "words"),
    [({"inputs": ["a"]}, "1 names; this network has 2 inputs"), ({"outputs": "y"}, "one text")],
)
def test_names_must_fit_the_network(names, words):
    with pytest.raises(InputError, match=words):
        plot_network(bp.Network([2, 3, 1], seed=0), **names)


@pytest.mark.parametrize("sizes", [*SMALL, *LARGE])
def test_nothing_leaves_the_picture(sizes, xor):
    network = bp.Network(sizes, seed=0)
    inputs = [f"a long name, number {index}" for index in range(sizes[0])]
    outputs = [f"WIDE NAME {index}" for index in range(sizes[-1])]
    figure = plot_run(replace(xor, network=network), inputs=inputs, outputs=outputs)
    outer = figure.bbox
    for text in [*figure.texts, *diagram(figure).texts]:
        box = text.get_window_extent()
        assert outer.x0 <= box.x0, text
        assert outer.y0 <= box.y0, text
        assert box.x1 <= outer.x1, text
        assert box.y1 <= outer.y1, text


# Rows that do not fit


def test_targets_need_inputs(xor):
    with pytest.raises(InputError, match="`y` is given without `X`"):
        plot_run(xor, y=XOR_Y)


def test_rows_must_fit_the_network(xor):
    with pytest.raises(ShapeError, match="takes 2 inputs"):
        plot_run(xor, X=np.zeros((4, 3)))


# Files


@pytest.mark.parametrize(
    ("ending", "magic"), [("png", b"\x89PNG"), ("SVG", b"<?xml"), ("pdf", b"%PDF")]
)
def test_the_ending_chooses_the_format(xor, tmp_path, ending, magic):
    path = tmp_path / f"run.{ending}"
    xor.plot(path, XOR_X, XOR_Y)
    assert path.read_bytes().startswith(magic)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("run.jpg", r"run\.jpg` must end with \.png or \.svg or \.pdf"),
        ("run", r"run` must end with \.png or \.svg or \.pdf"),
        ("missing/run.png", "no folder `.*missing`"),
        ("folder.png", "is a folder"),
    ],
)
def test_a_path_that_cannot_be_a_picture_is_refused(xor, tmp_path, name, words):
    (tmp_path / "folder.png").mkdir()
    for refuse in (check_plot_path, xor.plot):
        with pytest.raises(InputError, match=words):
            refuse(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.png"]


def test_a_failed_drawing_leaves_the_old_file(xor, tmp_path, monkeypatch):
    path = tmp_path / "run.png"
    path.write_bytes(b"old")
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        xor.plot(path)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_the_same_run_gives_the_same_file(xor, tmp_path, ending):
    before = mpl.rcParams["svg.hashsalt"]
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for file in files:
        xor.plot(file, XOR_X, XOR_Y)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert mpl.rcParams["svg.hashsalt"] == before


def test_the_picture_does_not_take_on_the_surroundings_colours(xor, tmp_path):
    xor.plot(tmp_path / "light.svg", XOR_X, XOR_Y)
    with mpl.style.context(["dark_background", {"font.family": "serif", "font.size": 20}]):
        xor.plot(tmp_path / "dark.svg", XOR_X, XOR_Y)
    assert (tmp_path / "light.svg").read_text() == (tmp_path / "dark.svg").read_text()


def test_threads_draw_the_same_pictures(tmp_path):
    networks = [bp.Network([2, 3, 1], seed=seed) for seed in range(4)]

    def draw(folder, index):
        path = tmp_path / f"{folder}-{index}.svg"
        plot_network(networks[index], path)
        return path.read_bytes()

    alone = [draw("alone", index) for index in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda index: draw("thread", index), range(4))) == alone


def test_a_notebook_gets_the_picture(xor):
    assert xor.plot()._repr_png_().startswith(b"\x89PNG")


def test_matplotlib_is_loaded_late_and_pyplot_never():
    program = (
        "import sys, backproof as bp, backproof.plots as plots\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plots.check_plot_path('a.png')\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plots.plot_network(bp.Network([2, 3, 1], seed=0))._repr_png_()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
