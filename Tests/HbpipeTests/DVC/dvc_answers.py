#!/usr/bin/env python3
"""Asks DVC what every case means: dvc_answers.py CASES_DIR OUT.json

Each folder of CASES_DIR is copied into a directory of its own, which becomes a DVC project without Git.
What DVC says goes into OUT.json:

    case: {"stages": [...]}       every stage resolved, in order, with the values of its parameters
    case: {"error": "message"}    DVC refuses the files
    "files": {path: sha256}       for a case with a file named `run`: its outputs after `dvc repro`
    "runError": "message"         ... or why there are none

Needs the Python package dvc. The same cases give the same bytes.
"""
import datetime
import hashlib
import json
import logging
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path


def stage_answer(stage, root):
    """One stage in the form of `hbpipe stage list --json`."""
    from dvc.dependency import ParamsDependency

    params = {}
    for dep in stage.params:
        dep.save()  # as repro does: a missing file or key is an error
        params.setdefault(inside(dep.fs_path, root), {}).update(dep.hash_info.value)
    answer = {
        "name": stage.name,
        "cmd": shell_lines(stage.cmd),
        "wdir": inside(stage.wdir, root),
        "deps": [inside(dep.fs_path, root) for dep in stage.deps if not isinstance(dep, ParamsDependency)],
        "outs": [
            {"path": inside(out.fs_path, root), "cache": out.use_cache, "persist": out.persist}
            for out in stage.outs
        ],
        "params": params,
        "frozen": stage.frozen,
        "alwaysChanged": stage.always_changed,
    }
    if stage.desc is not None:
        answer["desc"] = stage.desc
    if stage.meta is not None:
        answer["meta"] = stage.meta
    return answer


def shell_lines(cmd):
    """What is given to the shell, one run after the other; repro runs nothing for an empty command."""
    from dvc.stage.run import _enforce_cmd_list

    lines = _enforce_cmd_list(cmd) if cmd else []
    for line in lines:
        if not isinstance(line, str):
            raise TypeError(f"a command is {type(line).__name__}, not text")
    return lines


def inside(path, root):
    return Path(os.path.relpath(path, root)).as_posix()


def hashes(stages, root):
    """The SHA-256 of every declared output; of every file below it where it is a directory."""
    found = {}
    for out in (Path(out.fs_path) for stage in stages for out in stage.outs):
        for file in sorted(out.rglob("*")) if out.is_dir() else [out]:
            if file.is_file():
                found[inside(file, root)] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def answer(case, root):
    from dvc.repo import Repo

    shutil.copytree(case, root)
    os.chdir(root)
    Path(".dvc").mkdir()
    Path(".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n")
    result = {}
    with Repo() as repo:
        try:
            stages = repo.index.stages  # resolves all of them
            repo.index.check_graph()
            result["stages"] = [stage_answer(stage, root) for stage in stages]
        except Exception as error:  # DVC's own errors, and those that it lets escape
            return {"error": message(error, root)}
        if (case / "run").exists():
            try:
                repo.reproduce()
                result["files"] = hashes(stages, root)
            except Exception as error:
                result["runError"] = message(error, root)
    return result


def message(error, root):
    """The error's text and, behind it, the schema's or the YAML parser's own words."""
    from dvc.exceptions import DvcException

    text = str(error) if isinstance(error, DvcException) else f"{type(error).__name__}: {error}"
    while error := getattr(error, "exc", None) or error.__cause__:
        if str(error) not in text:
            text += f": {error}"
    return re.sub(r"\x1b\[\d+m", "", text).replace(str(root), ".")  # without colours


def as_json(value):
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    cases, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # nothing of it has to reach a disk
    with tempfile.TemporaryDirectory(dir=memory) as temporary:
        top = Path(temporary).resolve()
        for name in ("GLOBAL_CONFIG", "SYSTEM_CONFIG", "SITE_CACHE"):
            os.environ[f"DVC_{name}_DIR"] = str(top / "home" / name)
        logging.disable(logging.CRITICAL)
        answers = {}
        for case in sorted(path for path in cases.iterdir() if path.is_dir()):
            answers[case.name] = answer(case, top / case.name)
        os.chdir(out.parent)
    text = json.dumps(answers, default=as_json, ensure_ascii=False, indent=1, allow_nan=False)
    out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    # One hash seed, so that DVC's sets come in one order; one shell.
    wanted = {"PYTHONHASHSEED": "0", "SHELL": "/bin/sh", "DVC_NO_ANALYTICS": "1", "LC_ALL": "C.UTF-8"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted})
    main()
