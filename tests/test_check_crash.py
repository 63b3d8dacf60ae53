"""Programs that stop with an error of their own, and programs that leave the gradient to a library."""

import pytest

import backproof as bp
from backproof.checking.mistakes import MISTAKES
from backproof.checking.source.frameworks import FRAMEWORKS, left_to_framework

# program: code, line, column, words of the report
CRASHES = {
    "import numpy as np\nW = np.ones((3, 2))\nx = np.ones(2)\nprint('x', x @ W)\n": (
        "crash-shape-mismatch", 4, 12, ["`x` is (2,)", "`W` is (3, 2)"],
    ),
    "import numpy as np\nclass Net:\n    pass\n\nnet = Net()\nnet.W = np.ones((3, 2))\np = {'x': np.ones(4)}\nnet.W += p['x']\n": (
        "crash-shape-mismatch", 8, 1, ["`net.W` is (3, 2)", "`p['x']` is (4,)"],
    ),
    "import numpy as np\n\ndef f(a, b):\n    return a * b\n\nf(np.ones(2), np.ones(3))\n": (
        "crash-shape-mismatch", 4, 12, ["`a` is (2,)", "`b` is (3,)", "line 6, in <module>", "line 4, in f"],
    ),
    "import numpy as np\nout, y = np.ones((3, 1)), np.ones(3)\ne = out - y\nd = e @ np.ones((1, 2))\n": (
        "crash-shape-mismatch", 4, 5, ["`e` is (3, 3) since line 3", "`y.reshape(-1, 1)`"],
    ),
    "import numpy as np\nW = np.array([[1, 2]])\nW -= 0.5\n": (
        "crash-integer-array", 3, 1, ["`W` is (1, 2) of int64", "dtype=float"],
    ),
    "import math\nz = -800.0\na = 1 / (1 + math.exp(-z))\n": ("crash-overflow", 3, 14, ["`z` is a float"]),
    "import math\nmath.log(0)\n": ("crash-overflow", 2, 1, ["logarithm"]),
    "x = 1\nprint x\n": ("crash-python-2", 2, 1, ["Python 2", "`print`"]),
    "for i in xrange(3):\n    pass\n": ("crash-python-2", 1, 10, ["`range`"]),
    "d = {}\nfor k in d.iteritems():\n    pass\n": ("crash-python-2", 2, 10, ["`items`"]),
    "import cPickle\n": ("crash-python-2", 1, 1, ["`pickle`"]),
    "w = map(float, [1])\nprint(w[0])\n": ("crash-python-2", 2, 7, ["list(...)"]),
    "if 1:\n        x = 1\n\ty = 2\n": ("crash-python-2", 3, 1, ["tab"]),
    "import tensorplow\n": ("crash-missing-module", 1, 1, ["pip install tensorplow"]),
    "from math import sigmoid\n": ("crash-missing-module", 1, 1, ["version"]),
    "x = (1,\ny = 2\n": ("crash-syntax", 1, 5, ["never closed"]),
    "def f():\nreturn 1\n": ("crash-syntax", 2, 1, ["indent"]),
    "x = 1\nprint(sigmoid_prime(x))\n": ("crash-name", 2, 7, ["`sigmoid_prime`"]),
    "w = 1\n\ndef step():\n    w = w - 1\n\nstep()\n": ("crash-name", 4, 9, ["global w"]),
    "x = []\nwhile True:\n    x.append(bytes(1 << 25))\n": ("crash-memory", 3, 14, ["--memory", "256 MiB"]),
    "import numpy as np\nnp.zeros((60000, 60000))\n": ("crash-memory", 2, 1, ["(60000, 60000)"]),
    "import numpy as np\nx = np.zeros(3, np.float)\n": ("crash-other", 2, 17, ["`float`"]),
    "def f(x):\n    return f(x)\n\nf(1)\n": ("crash-other", 2, 12, ["without an end"]),
    "import math, numpy\nx = numpy.ones(3)\ny = math.exp(x)\n": ("crash-other", 3, 5, ["np.exp"]),
    "w = [1.0, 2.0]\nw * 0.5\n": ("crash-other", 2, 1, ["np.array", "`w` is a list of 2"]),
    "def f():\n    pass\n\nx = f() + 1\n": ("crash-other", 4, 5, ["return"]),
    "x = [1, 2]\nfor i in range(3):\n    x[i]\n": ("crash-other", 3, 5, ["length"]),
    "open('data.csv')\n": ("crash-other", 1, 1, ["`data.csv`", "folder"]),
    "class Own(Exception):\n    pass\n\nraise Own('so there')\n": ("crash-other", 4, 1, ["Own: so there"]),
    "class Bad(Exception):\n    def __str__(self):\n        raise ValueError\n\nraise Bad\n": (
        "crash-other", 5, 1, ["Bad"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", CRASHES)
def test_a_crash_is_told_with_its_place_and_likely_cause(program):
    code, line, column, words = CRASHES[program]
    report = bp.check(program, memory=256)
    assert report.verdict == "crashed"
    assert report.exit_status == 2
    (finding,) = report.findings
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)
    assert finding.code in MISTAKES
    assert finding.help
    text = report.to_text(width=1000)
    for word in words:
        assert word in text, text


def test_the_traceback_is_the_persons_own():
    program = "def f(x):\n    return 1 / x\n\n\nif True:\n    f(0)\n"
    assert bp.check(program).traceback == (
        "Traceback (most recent call last):\n"
        '  File "<string>", line 6, in <module>\n'
        "    f(0)\n"
        '  File "<string>", line 2, in f\n'
        "    return 1 / x\n"
        "ZeroDivisionError: division by zero"
    )


def test_a_crash_in_a_module_beside_the_program_is_told_by_both_lines(tmp_path):
    (tmp_path / "helper.py").write_text("def f(x):\n    return x.missing\n")
    (tmp_path / "main.py").write_text("import helper\n\nhelper.f(1)\n")
    report = bp.check(tmp_path / "main.py")
    assert f'File "{tmp_path / "main.py"}", line 3, in <module>' in report.traceback
    assert "line 2, in f" in report.traceback


def test_a_process_that_is_gone_has_crashed():
    report = bp.check("import ctypes\nctypes.string_at(0)\n")
    assert report.verdict == "crashed"
    assert "--memory" in report.summary


# gradients left to a library --------------------------------------------------------------

STEP = "\nfor i in range(9):\n    w -= rate * gradient(w)\n"

LEFT = {
    "import torch\nloss.backward()\n": "torch",
    "import torch\ng, = torch.autograd.grad(loss, w)\n" + STEP: "torch",
    "from torch import nn\nfor x in data:\n    nn.L1Loss()(x).backward()\n" + STEP: "torch",
    "import tensorflow as tf\nwith tf.GradientTape() as tape:\n    pass\n" + STEP: "tensorflow",
    "from tensorflow.keras import Sequential\nm = Sequential()\nm.fit(X, y)\n": "tensorflow",
    "import keras\nkeras.Sequential().fit(X, y)\n": "keras",
    "import jax\nw = w - 0.1 * jax.grad(f)(w)\n": "jax",
    "from jax import value_and_grad as vg\nvg(f)(w)\n": "jax",
    "import autograd.numpy as np\nfrom autograd import grad\ng = grad(f)\n" + STEP: "autograd",
    "from sklearn.neural_network import MLPClassifier\nMLPClassifier().fit(X, y)\n": "sklearn",
    "from sklearn import linear_model\nlinear_model.SGDRegressor().fit(X, y)\n": "sklearn",
}


@pytest.mark.parametrize("program", LEFT)
def test_a_gradient_that_is_left_to_a_library_is_seen(program):
    left = left_to_framework(program)
    assert left is not None
    assert left.package == LEFT[program]
    assert left.package in FRAMEWORKS


HAND_WRITTEN = [
    "from sklearn.datasets import load_iris\nX = load_iris().data\n" + STEP,
    "from sklearn.preprocessing import StandardScaler\nX = StandardScaler().fit(X).transform(X)\n",
    "from sklearn.neural_network import MLPClassifier\nMLPClassifier().fit(X, y)\n" + STEP,
    "from keras.datasets import mnist\nclass Net:\n    def fit(self, X):\n        pass\nNet().fit(1)\n",
    "import torch\nclass Net:\n    def backward(self):\n        pass\nNet().backward()\n" + STEP,
    "import torchvision\nimport torch.utils.data\n" + STEP,
    "def grad(w):\n    return w\ngrad(1)\n" + STEP,
    "import numpy as np\nnet.fit(X, y)\nloss.backward()\n",
]


@pytest.mark.parametrize("program", HAND_WRITTEN)
def test_an_import_alone_leaves_nothing_to_a_library(program):
    assert left_to_framework(program) is None


def test_such_a_program_is_not_even_run():
    report = bp.check("import torch\nloss = 1 / 0\nloss.backward()\n")
    assert report.verdict == "not-understood"
    assert report.findings[0].code == "no-backprop"
    assert "not a hand-written backprop" in report.summary
    assert "PyTorch" in report.summary
