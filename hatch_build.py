"""Compiles the query path where there is a C compiler. Without one the package is pure Python and works all the same.

Two parts, both or neither: the drain, which is written for a compiler (Cython), and the modules that every question
passes, whose Python is compiled as it stands (mypyc).
"""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from setuptools import Extension

DRAIN = "sm_dns/serve/compiled_drain.pyx"
QUERY_PATH = (
    "sm_dns/dns/entropy.py",
    "sm_dns/dns/names.py",
    "sm_dns/dns/scan.py",
    "sm_dns/dns/walk.py",
    "sm_dns/lists/index.py",
    "sm_dns/policy/decide.py",
    "sm_dns/resolve/answers.py",
    "sm_dns/resolve/cache.py",
    "sm_dns/resolve/exchange.py",
    "sm_dns/resolve/flight.py",
    "sm_dns/resolve/forward.py",
    "sm_dns/resolve/lifetimes.py",
    "sm_dns/resolve/local.py",
    "sm_dns/resolve/pipeline.py",
    "sm_dns/resolve/rebinding.py",
    "sm_dns/resolve/relay.py",
    "sm_dns/resolve/reply.py",
    "sm_dns/resolve/resolver.py",
    "sm_dns/resolve/stages/cached.py",
    "sm_dns/resolve/stages/local.py",
    "sm_dns/resolve/stages/policy.py",
    "sm_dns/resolve/stages/special.py",
    "sm_dns/resolve/strategies/fastest.py",
    "sm_dns/resolve/upstream.py",
    "sm_dns/serve/compiled_udp.py",
    "sm_dns/serve/memo.py",
    "sm_dns/serve/udp.py",
    "sm_dns/serve/udp_channel.py",
)
TOGETHER = "sm_dns.query_path"  # the library that holds them; a module of each one's name leads to it
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


class QueryPath(BuildHookInterface[Any]):
    """Compiles beside the sources and adds the result to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel, editable or not, is made."""
        root = Path(self.root)
        if not _is_fresh(root):
            try:
                _compile(root)
            except (Exception, SystemExit) as reason:  # mypyc exits where types do not fit
                print(f"query path not compiled, pure Python it is: {reason}", file=sys.stderr)
                for outdated in _made(root):
                    outdated.unlink(missing_ok=True)
                return
        build_data["artifacts"] += [path.relative_to(root).as_posix() for path in _made(root)]
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _made(root: Path) -> list[Path]:
    """What compiling leaves beside the sources."""
    library = root / (TOGETHER.replace(".", "/") + "__mypyc")
    return [path.with_suffix(SUFFIX) for path in (library, *(root / name for name in (DRAIN, *QUERY_PATH)))]


def _is_fresh(root: Path) -> bool:
    """Whether everything was compiled from the sources as they are."""
    sources = [Path(__file__), *(root / name for name in (DRAIN, *QUERY_PATH))]
    changed = max(path.stat().st_mtime for path in sources)
    return all(path.exists() and path.stat().st_mtime >= changed for path in _made(root))


def _compile(root: Path) -> None:
    """Compile to a place of its own first: a failure leaves what was there."""
    from setuptools import Distribution

    with tempfile.TemporaryDirectory() as temporary:
        extensions = [*_drain(root, temporary), *_query_path(root, temporary)]
        command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib = command.build_temp = temporary
        command.ensure_finalized()
        command.run()
        for built in _made(root):
            fresh = built.with_suffix(".new")
            fresh.write_bytes((Path(temporary) / built.relative_to(root)).read_bytes())
            fresh.replace(built)


def _drain(root: Path, temporary: str) -> list[Extension]:
    from Cython.Build import cythonize
    from setuptools import Extension

    name = DRAIN.removesuffix(".pyx").replace("/", ".")
    extension = Extension(name, [str(root / DRAIN)], extra_compile_args=["-O2"])
    return list(cythonize([extension], build_dir=temporary, quiet=True))


def _query_path(root: Path, temporary: str) -> list[Extension]:
    from mypyc.build import mypycify

    options = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={temporary}/types"]
    return list(
        mypycify(
            [*options, *(str(root / name) for name in QUERY_PATH)],
            opt_level="2",
            debug_level="0",
            target_dir=temporary,
            group_name=TOGETHER,
        )
    )
