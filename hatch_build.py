"""Compiles the query path where there is a C compiler. Without one the package is pure Python and works all the same.

Two parts, both or neither: the drain, which is written for a compiler (Cython), and the modules that every question
passes and that read lists of a million names, whose Python is compiled as it stands (mypyc). Everything is made in a
temporary folder and goes from there into the wheel, as `sm_dns_built`, with a record of how it went and the log.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.append(str(Path(__file__).parent))
from sm_dns import native_build

if TYPE_CHECKING:
    from setuptools import Extension

DRAIN = "sm_dns/serve/clients/native_drain.pyx"
QUERY_PATH = (
    "sm_dns/dns/client_options.py",
    "sm_dns/dns/proxy_header.py",
    "sm_dns/dns/random_bytes.py",
    "sm_dns/dns/names.py",
    "sm_dns/dns/scan.py",
    "sm_dns/dns/walk.py",
    "sm_dns/lists/formats/adblock.py",
    "sm_dns/lists/formats/auto.py",
    "sm_dns/lists/formats/hosts.py",
    "sm_dns/lists/formats/rule.py",
    "sm_dns/lists/formats/plain.py",
    "sm_dns/lists/formats/parser.py",
    "sm_dns/lists/index.py",
    "sm_dns/lists/index_writer.py",
    "sm_dns/lists/sources.py",
    "sm_dns/lists/runs.py",
    "sm_dns/monitor/counters.py",
    "sm_dns/policy/decide.py",
    "sm_dns/resolve/replies/answers.py",
    "sm_dns/resolve/replies/denials.py",
    "sm_dns/resolve/replies/edge_caps.py",
    "sm_dns/resolve/replies/local_answers.py",
    "sm_dns/resolve/replies/made.py",
    "sm_dns/resolve/replies/plain.py",
    "sm_dns/resolve/cache.py",
    "sm_dns/resolve/forwarding/chains.py",
    "sm_dns/resolve/forwarding/deadlines.py",
    "sm_dns/resolve/query.py",
    "sm_dns/resolve/forwarding/attempts.py",
    "sm_dns/resolve/forwarding/failure.py",
    "sm_dns/resolve/forwarding/in_flight.py",
    "sm_dns/resolve/forwarding/forward.py",
    "sm_dns/resolve/replies/ttl_bounds.py",
    "sm_dns/resolve/local_records.py",
    "sm_dns/resolve/replies/moving.py",
    "sm_dns/resolve/pipeline.py",
    "sm_dns/resolve/replies/rdata.py",
    "sm_dns/resolve/replies/rebinding.py",
    "sm_dns/resolve/forwarding/upstream_answer.py",
    "sm_dns/resolve/forwarding/relevant_records.py",
    "sm_dns/resolve/forwarding/renewing.py",
    "sm_dns/resolve/forwarding/upstream_message.py",
    "sm_dns/resolve/replies/reply.py",
    "sm_dns/resolve/context.py",
    "sm_dns/resolve/stages/cached.py",
    "sm_dns/resolve/stages/local.py",
    "sm_dns/resolve/stages/policy.py",
    "sm_dns/resolve/stages/special.py",
    "sm_dns/resolve/forwarding/strategies.py",
    "sm_dns/resolve/replies/turning.py",
    "sm_dns/resolve/forwarding/upstream.py",
    "sm_dns/resolve/forwarding/waiting.py",
    "sm_dns/resolve/replies/writer.py",
    "sm_dns/serve/clients/cache_entry.py",
    "sm_dns/serve/clients/cache_key.py",
    "sm_dns/serve/clients/forwarded.py",
    "sm_dns/serve/clients/native_udp.py",
    "sm_dns/serve/clients/packet_cache.py",
    "sm_dns/serve/clients/rate_limit.py",
    "sm_dns/serve/clients/streams/answers.py",
    "sm_dns/serve/clients/streams/connection.py",
    "sm_dns/serve/clients/streams/connections.py",
    "sm_dns/serve/clients/streams/doh.py",
    "sm_dns/serve/clients/streams/tcp.py",
    "sm_dns/serve/clients/trusted_forwarders.py",
    "sm_dns/serve/clients/udp.py",
    "sm_dns/serve/clients/wildcard_socket.py",
    "sm_dns/serve/upstreams/udp.py",
    "sm_dns/serve/upstreams/pool.py",
)
TOGETHER = "sm_dns.native"  # the library that holds them; a module of each one's name leads to it
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
FOR_EVERY_PYTHON = "the wheel it was installed from is for every Python, and has nothing compiled"
ARCHIVED = "$Format:%h$"  # git writes the commit here in what `git archive` makes


class QueryPath(BuildHookInterface[Any]):
    """Compiles in a temporary folder and adds what is in it to the wheel, editable or not."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is made."""
        self._folder = Path(tempfile.mkdtemp(prefix="sm-dns-build-"))
        result = self._folder / native_build.FOLDER
        is_native = build(
            Path(self.root), result, earlier=Path(sysconfig.get_path("platlib"), native_build.FOLDER)
        )
        for path in result.rglob("*"):
            if path.is_file():
                build_data["force_include"][str(path)] = path.relative_to(self._folder).as_posix()
        build_data["pure_python"] = not is_native
        build_data["infer_tag"] = is_native

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when the wheel is made."""
        shutil.rmtree(self._folder, ignore_errors=True)


def build(root: Path, result: Path, earlier: Path) -> bool:
    """Compile the sources below `root` into `result`, with a record; True where that was done.

    What was compiled of the same sources lies in `earlier` perhaps and is then taken from there.
    """
    result.mkdir()
    _remove_leftovers(root)
    tools = native_build.toolchain()
    note = {
        "sources": _sources(root),
        "toolchain": tools,
        "commit": _commit(root),
        "native": True,
        "reason": "",
    }
    if os.environ.get("SM_DNS_WHEEL") == "pure":
        note["reason"], note["native"] = FOR_EVERY_PYTHON, False
    elif not _take_over(earlier, result, note["sources"]):
        note["reason"] = _missing(tools) or _try(root, result)
        note["native"] = not note["reason"]
    if note["reason"]:
        print(f"query path not compiled, pure Python it is: {note['reason']}", file=sys.stderr)
    (result / native_build.RECORD).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    return bool(note["native"])


def _missing(tools: dict[str, str]) -> str:
    """What this machine lacks for compiling; "" for nothing."""
    if not tools["compiler"]:
        return "there was no C compiler when it was installed"
    if not tools["headers"]:
        version = ".".join(map(str, sys.version_info[:2]))
        return f"the headers of Python {version} (Python.h) were missing when it was installed"
    return ""


def _sources(root: Path) -> dict[str, str]:
    """What decides how the result comes out, by its path: a digest of each file, and this interpreter's suffix."""
    files = ("pyproject.toml", "hatch_build.py", DRAIN, *QUERY_PATH)
    return {**{name: native_build.digest(root / name) for name in files}, "suffix": SUFFIX}


def _commit(root: Path) -> str:
    return native_build.described(root) or ("" if ARCHIVED.startswith("$") else ARCHIVED)


def _take_over(earlier: Path, result: Path, sources: object) -> bool:
    """Copy what an earlier installation compiled of the same sources; whether there was any."""
    try:
        noted = json.loads((earlier / native_build.RECORD).read_bytes())
        if not noted["native"] or noted["sources"] != sources:
            return False
        for path in _made():
            (result / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(earlier / path, result / path)
        shutil.copyfile(earlier / native_build.LOG, result / native_build.LOG)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _try(root: Path, result: Path) -> str:
    """Compile and keep the log; why it failed, "" where it did not."""
    log = result / native_build.LOG
    try:
        # Compiled code names its sources: from here they are the same names wherever they lie, and so is the result.
        with tempfile.TemporaryDirectory() as temporary, _written_to(log), chdir(root):
            _compile(Path(temporary))
            for path in _made():
                (result / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(temporary, "sm_dns", path), result / path)
    except (Exception, SystemExit) as reason:  # mypyc exits where types do not fit
        errors = [line for line in log.read_text(errors="replace").splitlines() if "error:" in line]
        for path in result.rglob(f"*{SUFFIX}"):
            path.unlink()
        return f"compiling failed: {errors[0].strip() if errors else reason}"
    return ""


@contextmanager
def _written_to(log: Path) -> Iterator[None]:
    """Everything that is printed meanwhile, by compilers too, goes into a file."""
    kept = os.dup(1), os.dup(2)
    with log.open("wb") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
        try:
            yield
        finally:
            for stream, number, old in zip((sys.stdout, sys.stderr), (1, 2), kept, strict=True):
                stream.flush()
                os.dup2(old, number)
                os.close(old)


def _remove_leftovers(root: Path) -> None:
    """What sm-dns compiled beside its sources until now would be found before anything else."""
    for path in (root / "sm_dns").rglob("*.so"):
        with suppress(OSError):
            path.unlink()


def _made() -> list[Path]:
    """What compiling makes, by its place below the package."""
    library = Path(TOGETHER.replace(".", "/") + "__mypyc")
    files = (library, *map(Path, (DRAIN, *QUERY_PATH)))
    return [path.with_suffix(SUFFIX).relative_to("sm_dns") for path in files]


def _compile(temporary: Path) -> None:
    from setuptools import Distribution

    extensions = [*_drain(temporary), *_query_path(temporary)]
    for extension in extensions:
        extension.extra_compile_args += _unplaced(temporary)
    command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib = command.build_temp = str(temporary)
    command.ensure_finalized()
    command.run()


def _unplaced(temporary: Path) -> list[str]:
    """What keeps folders of this moment out of the result, which is the same wherever it is made."""
    import mypyc

    places = {temporary: ".", Path(mypyc.__file__).parent: "mypyc"}
    return [f"-ffile-prefix-map={place}={name}" for place, name in places.items()]


def _drain(temporary: Path) -> list[Extension]:
    from Cython.Build import cythonize
    from setuptools import Extension

    name = DRAIN.removesuffix(".pyx").replace("/", ".")
    extension = Extension(name, [DRAIN], extra_compile_args=["-O2", "-g0"])
    return list(cythonize([extension], build_dir=str(temporary), quiet=True))


def _query_path(temporary: Path) -> list[Extension]:
    from mypyc import build as mypyc_build

    version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["python_version"]
    usual = mypyc_build.get_mypy_config

    def as_checked(*arguments: Any, **named: Any) -> Any:
        """mypyc reads types as of the Python that runs it: on another one than is checked, they may not fit."""
        sources, everything, options = usual(*arguments, **named)
        major, minor = map(int, version.split("."))
        options.python_version = major, minor
        return sources, everything, options

    mypyc_build.get_mypy_config = as_checked
    options = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={temporary}/types"]
    return list(
        mypyc_build.mypycify(
            [*options, *QUERY_PATH],
            opt_level="2",
            debug_level="0",
            target_dir=str(temporary),
            group_name=TOGETHER,
        )
    )
