"""A program that is checked changes nothing but the copy of its folder, by whatever function it tries."""

import subprocess
import sys

import pytest

# statement that changes `outside`, a file, or `beside`, a folder with one, where the working directory is the copy
REFUSED = {
    "os.remove": "os.remove(outside)",
    "os.unlink by a descriptor": "os.unlink('file.txt', dir_fd=os.open(beside, os.O_RDONLY))",
    "os.rename": "os.rename(outside, 'mine.txt')",
    "os.rename to it": "open('mine.txt', 'w').close(); os.replace('mine.txt', outside)",
    "os.rmdir": "os.rmdir(os.path.join(beside, 'empty'))",
    "shutil.rmtree": "shutil.rmtree(beside)",
    "os.mkdir": "os.mkdir(os.path.join(beside, 'new'))",
    "os.truncate": "os.truncate(outside, 0)",
    "os.chmod": "os.chmod(outside, 0)",
    "os.utime": "os.utime(outside, (0, 0))",
    "os.open": "os.open(outside, os.O_WRONLY | os.O_TRUNC)",
    "os.symlink": "os.symlink('x', os.path.join(beside, 'link'))",
    "os.link": "open('mine.txt', 'w').close(); os.link('mine.txt', os.path.join(beside, 'link'))",
    "sqlite3": "import sqlite3; sqlite3.connect(os.path.join(beside, 'new.db')).execute('create table t (x)')",
    "through a linked folder": "os.remove('linked/file.txt')",
    "shutil.move": "shutil.move(outside, 'mine.txt')",
}
# statement that is redirected into the copy
REDIRECTED = {
    "open": "open(outside, 'w').write('gone')",
    "open to append": "open(outside, 'a').write('gone')",
    "pathlib": "pathlib.Path(outside).write_text('gone')",
    "numpy": "np.savetxt(outside, np.zeros(3))",
    "a memory map": "np.memmap('link.txt', dtype='uint8', mode='r+')[:] = 0",
    "os.open of a link": "os.write(os.open('link.txt', os.O_WRONLY | os.O_TRUNC), b'gone')",
    "a link to append": "open('link.txt', 'a').write('gone')",
    "os.truncate of a link": "os.truncate('link.txt', 0)",
    "removing a link": "os.remove('link.txt'); os.remove('linked')",
}
ALLOWED = {
    "a file": "open('new.txt', 'w').write('x'); os.remove('new.txt')",
    "a folder": "os.makedirs('a/b'); shutil.rmtree('a')",
    "a folder that is there": "os.makedirs(beside, exist_ok=True)",
    "a temporary file": "tempfile.NamedTemporaryFile().write(b'x')",
    "a temporary folder": "tempfile.TemporaryDirectory().cleanup()",
    "nowhere": "open(os.devnull, 'w').write('x')",
    "reading": "assert open(outside).read() == open('link.txt').read() == 'kept'",
    "reading a linked folder": "assert open('linked/file.txt').read() == 'kept'; os.listdir(beside)",
    "a database": "import sqlite3; sqlite3.connect('runs.db').execute('create table t (x)'); sqlite3.connect(':memory:')",
    "moving": "open('a.txt', 'w').close(); shutil.move('a.txt', 'b.txt'); os.chmod('b.txt', 0o600)",
}
PREAMBLE = """\
import os, pathlib, shutil, sys, tempfile
import numpy as np
import backproof.checking.process.host
from backproof.checking.process.sandbox import Output, enclose
copy, outside, beside = sys.argv[1:]
tempfile.tempdir = os.path.join(os.path.dirname(copy), "temporary")
enclose(copy, Output(1000), 0)
sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
"""


def run(tmp_path, statement):
    """Run a statement in a copy of a folder; the process, and whether the person's files are as they were."""
    beside, copy = tmp_path / "beside", tmp_path / "place" / "copy"
    (beside / "empty").mkdir(parents=True)
    copy.mkdir(parents=True)
    (copy.parent / "temporary").mkdir()
    outside = beside / "file.txt"
    outside.write_text("kept")
    (copy / "link.txt").symlink_to(outside)
    (copy / "linked").symlink_to(beside)
    before = beside.stat().st_mtime_ns, outside.stat()
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + statement, copy, outside, beside],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert outside.read_text() == "kept"
    after = outside.stat()
    same = (after.st_mtime_ns, after.st_mode, after.st_ino)
    assert same == (before[1].st_mtime_ns, before[1].st_mode, before[1].st_ino)
    assert sorted(path.name for path in beside.iterdir()) == ["empty", "file.txt"]
    return done


@pytest.mark.parametrize("way", REFUSED)
def test_other_files_cannot_be_changed(tmp_path, way):
    done = run(tmp_path, REFUSED[way])
    assert done.returncode == 1
    assert "PermissionError" in done.stderr or "unable to open" in done.stderr, done.stderr


@pytest.mark.parametrize("way", REDIRECTED)
def test_what_is_written_lands_in_the_copy(tmp_path, way):
    done = run(tmp_path, REDIRECTED[way])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("way", ALLOWED)
def test_the_copy_may_be_changed_at_will(tmp_path, way):
    done = run(tmp_path, ALLOWED[way])
    assert done.returncode == 0, done.stderr
