"""Builds the optional compiled drain. Without a C compiler the package is pure Python and works all the same."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("sm_dns/serve/compiled_drain.pyx")
MODULE = "sm_dns.serve.compiled_drain"


class CompiledDrain(BuildHookInterface[Any]):
    """Compiles `SOURCE` beside itself and adds the result to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel, editable or not, is made."""
        built = Path(self.root) / SOURCE.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
        try:
            _compile(Path(self.root), built)
        except Exception as reason:
            print(f"compiled drain not built, pure Python it is: {reason}", file=sys.stderr)
            return
        build_data["artifacts"].append(str(built.relative_to(self.root)))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _compile(root: Path, built: Path) -> None:
    """Compile to a place of its own first: a failure leaves what was there."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    with tempfile.TemporaryDirectory() as temporary:
        extension = Extension(MODULE, [str(root / SOURCE)], extra_compile_args=["-O2"])
        modules = cythonize([extension], build_dir=temporary, quiet=True)
        command = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib = command.build_temp = temporary
        command.ensure_finalized()
        command.run()
        made = Path(command.get_ext_fullpath(MODULE))
        fresh = built.with_suffix(".new")
        fresh.write_bytes(made.read_bytes())
        fresh.replace(built)
