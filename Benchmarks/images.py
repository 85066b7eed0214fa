"""(b), (c) A folder of images, cold: hbpipe, and vipsthumbnail run by xargs for the same variants."""

import hashlib
import os
import re
import shlex
import shutil
from dataclasses import dataclass

import measure

WIDTHS = [480, 700, 1024, 1400]
RASTER = {".jpg", ".jpeg", ".png", ".gif", ".webp"}
JOBS = "2"

# What Sources/CVips/shim.h and the defaults of Sources/Builders/Image/ImageOptions.swift give, in
# vipsthumbnail's words.
WEBP = ("webp", "Q=80,effort=4,strip")
FALLBACK = {
    "jpegload": ("jpg", "Q=80,optimize_coding,interlace,strip"),
    "pngload": ("png", "compression=6,strip"),
    "gifload": ("gif", "strip"),
    "webpload": WEBP,
}
# One thread a process, as in hbpipe's workers. And no warnings.
QUIET_ON_ONE_THREAD = dict(os.environ, VIPS_CONCURRENCY="1", VIPS_WARNING="1")

PIPELINE = f"""version: 1
stages:
  images:
    uses: image
    from: "src/*.{{jpg,jpeg,png,gif,webp}}"
    to: public
    widths: {WIDTHS}
    formats: [webp, original]
"""


@dataclass(frozen=True)
class Variant:
    source: str
    width: int
    extension: str
    options: str

    @property
    def name(self):
        return f"{os.path.splitext(self.source)[0]}-{self.width}.{self.extension}"


class Folder:
    """A project with copies of images, and what vipsthumbnail has to be told for the same variants."""

    def __init__(self, directory, originals, tools, times=1):
        self.directory, self.tools = directory, tools
        os.makedirs(directory + "/src")
        os.chdir(directory)
        self.sources = self._copy(originals, times)
        self.variants = self._variants(self._headers())
        if not self.variants:
            raise measure.Failed("no raster image can be read there")
        with open("pipeline.yaml", "w") as file:
            file.write(PIPELINE)
        # Each image in turn, or each kind of variant in turn with several images for one process.
        singly = [(variant,) for variant in self.variants]
        self._write_jobs("singly", singly)
        kinds = {}
        for variant in self.variants:
            slot = min([width for width in WIDTHS if width >= variant.width], default=WIDTHS[-1])
            kinds.setdefault((slot, variant.extension, variant.options), []).append(variant)
        self._write_jobs(
            "together", [batch[at:at + 8] for batch in kinds.values() for at in range(0, len(batch), 8)])

    def _copy(self, originals, times):
        """Numbered copies. Equal files count once, so that hbpipe gains nothing by knowing them as equal;
        further copies get other bytes, behind the image's end, where no decoder looks."""
        seen, names = set(), []
        for path in originals:
            with open(path, "rb") as file:
                bytes = file.read()
            digest = hashlib.sha256(bytes).digest()
            if digest in seen:
                continue
            seen.add(digest)
            for copy in range(times):
                name = f"{len(names):05}{os.path.splitext(path)[1].lower()}"
                with open("src/" + name, "wb") as file:
                    file.write(bytes + (b"copy %d" % copy if copy else b""))
                names.append(name)
        return names

    def _headers(self):
        """By name; what vipsheader cannot read is missing."""
        headers = {}
        arguments = [self.tools.path("vipsheader"), "-a"] + ["src/" + name for name in self.sources]
        for line in measure.output(*arguments).splitlines():
            if match := re.match(r"src/(\S+): \d+x\d+ ", line):
                headers[match[1]] = current = {}
            elif match := re.match(r"(?:src/\S+: )?(width|height|orientation|n-pages|vips-loader): (\S+)$", line):
                current[match[1]] = match[2]
        return headers

    def _variants(self, headers):
        """The rule of Sources/Builders/Image/VariantPlan.swift. Animations and what cannot be read are removed."""
        variants = []
        for name in self.sources:
            header = headers.get(name)
            if not header or header["vips-loader"] not in FALLBACK or int(header.get("n-pages", 1)) > 1:
                os.remove("src/" + name)
                continue
            sideways = int(header.get("orientation", 1)) in range(5, 9)
            native = int(header["height" if sideways else "width"])
            widest = min(native, WIDTHS[-1])
            for width in [width for width in WIDTHS if width < widest] + [widest]:
                variants.append(Variant(name, width, *WEBP))
            fallback = Variant(name, widest, *FALLBACK[header["vips-loader"]])
            if fallback not in variants:
                variants.append(fallback)
        self.sources = sorted({variant.source for variant in variants})
        return variants

    def _write_jobs(self, name, batches):
        """One line, one process: xargs takes it apart as a shell would."""
        os.makedirs(name)
        with open(name + ".jobs", "w") as file:
            for batch in batches:
                first = batch[0]
                slot = first.width if len(batch) == 1 else min(width for width in WIDTHS if width >= first.width)
                target = first.name if len(batch) == 1 else f"%s-{slot}.{first.extension}"
                words = [f"src/{variant.source}" for variant in batch]
                words += ["--size", f"{slot}x>", "--export-profile", "srgb"]
                words += ["-o", f"{self.directory}/{name}/{target}[{first.options}]"]
                file.write(shlex.join(words) + "\n")

    def programs(self):
        def xargs(name):
            return [[self.tools.path("xargs"), "-a", name + ".jobs", "-P", JOBS, "-L", "1",
                     self.tools.path("vipsthumbnail")], QUIET_ON_ONE_THREAD]

        return {
            "hbpipe": [[self.tools.hbpipe, "repro", "-q", "-j", JOBS]],
            "singly": xargs("singly"),
            "together": xargs("together"),
        }

    def clear(self, name):
        """Cold: as if it had never run. The sources stay in the page cache for all alike."""
        for path in [".hbcache", "public"] if name == "hbpipe" else [name]:
            shutil.rmtree(path, ignore_errors=True)
        if name == "hbpipe":
            if os.path.exists("pipeline.lock"):
                os.remove("pipeline.lock")
        else:
            os.mkdir(name)

    def made(self, name):
        """The sizes of what a program has made, by variant."""
        directory = "public" if name == "hbpipe" else name
        # hbpipe's names have the key's beginning in the middle.
        return {re.sub(r"\.[0-9a-f]+-", "-", entry.name): entry.stat().st_size for entry in os.scandir(directory)}

    def require_equal_work(self):
        wanted = {variant.name for variant in self.variants}
        for name in ["hbpipe", "singly"]:
            made = set(self.made(name))
            if made != wanted:
                raise measure.Failed(f"{name} made other files than the rule says: {sorted(made ^ wanted)[:6]} …")
        if len(self.made("together")) != len(wanted):
            raise measure.Failed("vipsthumbnail with many files a process made too few")


def find(directory):
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(directory)
        for name in names if os.path.splitext(name)[1].lower() in RASTER)


def cold(folder, rounds, tick):
    samples = measure.interleave(rounds, folder.programs(), lambda _, name: folder.clear(name), tick)
    folder.require_equal_work()
    return samples


def memory(folder, names):
    """The peaks of one cold run each: (largest process, all together), in bytes."""
    peaks = {}
    for name in names:
        folder.clear(name)
        sample, together = measure.tree_peak(*folder.programs()[name])
        peaks[name] = (sample.peak, together)
    return peaks
