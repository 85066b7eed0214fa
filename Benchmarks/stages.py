"""(d) Command stages: hbpipe and DVC on the same stages, `cp in/N.txt out/N.txt` for each N."""

import json
import os
import shutil

import measure

# Word for word what pipeline.yaml and dvc.yaml hold; pipeline.yaml has its version before it.
STAGES = """stages:
  copy:
    foreach:
{items}
    do:
      cmd: cp in/${{item}}.txt out/${{item}}.txt
      deps: ["in/${{item}}.txt"]
      outs: ["out/${{item}}.txt"]
"""
# What `repro` leaves behind, of the project's own files; DVC's index of what it has hashed is outside.
LEFT = {
    "hbpipe": ["out", "pipeline.lock", ".hbcache"],
    "dvc": ["out", "dvc.lock", ".dvc/cache", ".dvc/tmp", "../dvc-site"],
}


class Project:
    """The same stages and inputs twice, in a directory for each program."""

    def __init__(self, directory, count, tools):
        self.directory, self.count, self.tools = directory, count, tools
        self.names = [f"{number:06}" for number in range(count)]
        self.edits = {"hbpipe": 0, "dvc": 0}
        self.reproduced = None
        """The dvc.lock of a cold `dvc repro` that got to the end."""
        stages = STAGES.format(items="\n".join(f'      - "{name}"' for name in self.names))
        for program, file, head in [("hbpipe", "pipeline.yaml", "version: 1\n"), ("dvc", "dvc.yaml", "")]:
            os.makedirs(f"{directory}/{program}/in")
            self.enter(program)
            with open(file, "w") as out:
                out.write(head + stages)
            for number in range(count):
                self.write(number, f"input {number}\n")
        # Nothing of the user's settings and caches is read or written, nothing is sent, and stages
        # are run by the shell that runs hbpipe's.
        self.dvc_environment = dict(
            os.environ, SHELL="/bin/sh", DVC_NO_ANALYTICS="1", DVC_SITE_CACHE_DIR=directory + "/dvc-site",
            DVC_GLOBAL_CONFIG_DIR=directory + "/dvc-global", DVC_SYSTEM_CONFIG_DIR=directory + "/dvc-system")
        self.dvc("init", "-q", "--no-scm")
        self.dvc("config", "core.analytics", "false")
        self.dvc("config", "core.check_update", "false")

    def enter(self, program):
        os.chdir(f"{self.directory}/{program}")

    def write(self, number, text):
        with open(f"in/{self.names[number]}.txt", "w") as file:
            file.write(text)

    def dvc(self, *arguments):
        self.enter("dvc")
        measure.run([self.tools.dvc, *arguments], self.dvc_environment)

    def programs(self, *arguments, dvc, limit=None):
        return {
            "hbpipe": [[self.tools.hbpipe, *arguments]],
            "dvc": [[self.tools.dvc, *dvc], self.dvc_environment, limit],
        }

    def clear(self, program):
        """Cold: as if it had never run. The inputs stay in the page cache for both."""
        self.enter(program)
        for path in LEFT[program]:
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif os.path.exists(path):
                os.remove(path)
        os.mkdir("out")

    def edit(self, program):
        """One input gets bytes that it never had: no cache can know them."""
        self.enter(program)
        self.edits[program] += 1
        number = (self.edits[program] * 7919) % self.count
        self.write(number, f"input {number}, edit {self.edits[program]}\n")

    def made(self, program):
        """How many stages have made their output."""
        self.enter(program)
        return len(os.listdir("out"))

    def fill(self):
        """Both built completely, as the other cases need it.

        `dvc repro` writes the whole dvc.lock again after each stage, so it does not get there in a
        bearable time where the stages are many. `dvc commit` does: it hashes dependencies and outputs
        that are already there, stores the outputs in its cache, remembers the stages in its run cache, and
        writes dvc.lock once, with all stages. So the outputs are copied by hand and DVC does the rest.
        Where `dvc repro` has got to the end (cold, before this), its dvc.lock must be the same, byte
        for byte; and DVC itself has to find nothing to do.
        """
        self.clear("dvc")
        for name in self.names:
            shutil.copyfile(f"in/{name}.txt", f"out/{name}.txt")
        self.dvc("commit", "-q", "-f")
        if self.reproduced not in [None, read("dvc.lock")]:
            raise measure.Failed("dvc commit has written another dvc.lock than dvc repro")
        self.clear("hbpipe")
        measure.run([self.tools.hbpipe, "repro", "-q"])
        # Once more for what the first run was too quick to be sure of.
        measure.run([self.tools.hbpipe, "repro", "-q"])
        self.dvc("repro", "-q")
        self.require_nothing_to_do()

    def require_nothing_to_do(self):
        for program in self.edits:
            self.enter(program)
            for name in self.names:
                if not os.path.exists(f"out/{name}.txt") or read(f"in/{name}.txt") != read(f"out/{name}.txt"):
                    raise measure.Failed(f"{program} has left out/{name}.txt behind")
        # Ends with 1 where a stage has changed.
        self.dvc("status", "-q")
        self.enter("hbpipe")
        said = json.loads(measure.output(self.tools.hbpipe, "repro", "--json"))
        if said["upToDate"] != self.count or said["ran"] + said["restored"] != 0:
            raise measure.Failed(f"hbpipe still finds something to do: {said}")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def cold(project, rounds, times, limit):
    """DVC is ended after `limit` seconds. Returns the samples, and what it has made in the last round."""
    programs = project.programs("repro", "-q", dvc=["repro", "-q"], limit=limit)
    samples = measure.interleave(rounds, programs, lambda _, name: project.clear(name), times={"hbpipe": times})
    if project.made("hbpipe") != project.count:
        raise measure.Failed("hbpipe has made too few files")
    made = project.made("dvc")
    if all(sample.finished for sample in samples["dvc"]):
        project.reproduced = read("dvc.lock")
    return samples, made


def nothing_changed(project, rounds, times):
    programs = project.programs("repro", "-q", dvc=["repro", "-q"])
    return measure.interleave(rounds, programs, lambda _, name: project.enter(name), times={"hbpipe": times})


def one_changed(project, rounds, times):
    programs = project.programs("repro", "-q", dvc=["repro", "-q"])
    return measure.interleave(rounds, programs, lambda _, name: project.edit(name), times={"hbpipe": times})


def status(project, rounds, times):
    """Both end with 1 if they found a change."""
    programs = project.programs("status", "--exit-code", dvc=["status", "-q"])
    return measure.interleave(rounds, programs, lambda _, name: project.enter(name), times={"hbpipe": times})
