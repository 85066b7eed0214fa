"""(a) Nothing to do: hbpipe, ninja and a bare loop of lstat over the same copied files."""

import json
import os

import measure

FILES_PER_DIRECTORY = 500

PIPELINE = """version: 1
stages:
  files: { uses: copy, from: "src/**", to: public }
"""
NINJA_RULE = """rule copy
  command = cp $in $out
"""


class Graph:
    """A directory with files and everything that the three programs need to know of them."""

    def __init__(self, directory, count, tools):
        self.directory, self.count, self.tools = directory, count, tools
        self.sources = []
        os.makedirs(directory)
        os.chdir(directory)
        for number in range(count):
            folder = f"d{number // FILES_PER_DIRECTORY:04}"
            if number % FILES_PER_DIRECTORY == 0:
                os.makedirs(f"src/{folder}")
            self.sources.append(f"{folder}/file-{number:06}.txt")
            self.write(number, f"file {number}\n")
        with open("pipeline.yaml", "w") as file:
            file.write(PIPELINE)
        with open("build.ninja", "w") as file:
            file.write(NINJA_RULE)
            file.writelines(f"build ninja/{path}: copy src/{path}\n" for path in self.sources)
        with open("paths", "w") as file:
            file.writelines(f"src/{path}\npublic/{path}\n" for path in self.sources)
        self.programs = {
            "hbpipe": [[tools.hbpipe, "repro"]],
            "ninja": [[tools.path("ninja")]],
            "lstat": [[tools.lstat, "paths"]],
        }

    def write(self, number, text):
        with open("src/" + self.sources[number], "w") as file:
            file.write(text)

    def build(self):
        """Once for the files, and once more for what the first run was too quick to be sure of."""
        measure.run([self.tools.hbpipe, "repro", "-q"])
        measure.run(*self.programs["ninja"])
        measure.run([self.tools.hbpipe, "repro", "-q"])
        self.require_nothing_to_do()

    def require_nothing_to_do(self):
        said = json.loads(measure.output(self.tools.hbpipe, "repro", "--json"))
        if said["upToDate"] != self.count or said["ran"] + said["restored"] != 0:
            raise measure.Failed(f"hbpipe still finds something to do: {said}")
        if "no work to do" not in measure.output(self.tools.path("ninja")):
            raise measure.Failed("ninja still finds something to do")
        if measure.output(self.tools.lstat, "paths").strip() != str(2 * self.count):
            raise measure.Failed("lstat misses files")


def nothing_changed(graph, rounds):
    return measure.interleave(rounds, graph.programs)


def one_edited(graph, rounds):
    """Every round edits one file, which hbpipe and then ninja bring up to date."""

    def edit(round, name):
        if name == "hbpipe":
            graph.write((round * 7919) % graph.count, f"edited in round {round}\n")

    programs = {"hbpipe": [[graph.tools.hbpipe, "repro", "-q"]], "ninja": graph.programs["ninja"]}
    return measure.interleave(rounds, programs, edit)
