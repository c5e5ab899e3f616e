# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The GitHub action, the GitLab template and the pre-commit hooks, without services.

Their scripts run here as the services run them, from the files that are shipped.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from command import COVERAGE, MINI, ROOT, SYSROOT, run

ACTION = ROOT / "action.yml"
TEMPLATE = ROOT / "ci/gitlab/coos-license.gitlab-ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
OVERLAYS = "\n".join(map(str, sorted((MINI / "repos").iterdir())))
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
#: An installation that asks no registry: what it needs is what the tests run with.
OFFLINE = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "PYTHONPATH": sysconfig.get_path("purelib"),
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the option's value: off
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    **COVERAGE,
}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def action_scripts() -> list[str]:
    return [step["run"] for step in read(ACTION)["runs"]["steps"]]


def gitlab_script() -> str:
    return "\n".join(read(TEMPLATE)["coos-license"]["script"])


@pytest.mark.parametrize(
    ("path", "schema"), [(ACTION, "github-actions"), (TEMPLATE, "gitlab-ci")]
)
def test_the_services_would_take_the_files(path: Path, schema: str) -> None:
    vendor = resources.files("check_jsonschema.builtin_schemas.vendor")
    loaded = json.loads((vendor / f"{schema}.json").read_bytes())
    validator = jsonschema_rs.validator_for(loaded)
    assert [str(error) for error in validator.iter_errors(read(path))] == []


def test_no_input_becomes_code() -> None:
    """What an expression stands for is put into a script before a shell reads it."""
    for script in action_scripts():
        assert "${{" not in script
    for step in read(ACTION)["runs"]["steps"]:
        for value in step["env"].values():
            assert EXPRESSION.fullmatch(value)


def test_every_input_is_used_and_every_output_is_made() -> None:
    action = read(ACTION)
    named = EXPRESSION.findall(ACTION.read_text("utf-8"))
    assert {f"inputs.{name}" for name in action["inputs"]} == {
        name for name in named if name.startswith("inputs.")
    }
    script = action_scripts()[-1]
    for name, output in action["outputs"].items():
        assert output["value"] == f"${{{{ steps.audit.outputs.{name} }}}}"
        assert f"{name}=" in script


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_scripts_pass_shellcheck(shell: str) -> None:
    scripts = action_scripts() if shell == "bash" else [gitlab_script()]
    checker = Path(sys.executable).with_name("shellcheck")
    for script in scripts:
        result = subprocess.run(
            [checker, "-s", shell, "-"],
            input=script,
            encoding="utf-8",
            capture_output=True,
            check=False,
        )
        assert result.stdout == ""


@dataclass(frozen=True)
class Runner:
    """GitHub's runner as far as the action sees it."""

    folder: Path

    @property
    def output(self) -> Path:
        """Where a step says its outputs."""
        return self.folder / "output"

    @property
    def summary(self) -> Path:
        """Where a step says its summary."""
        return self.folder / "summary"

    def inputs(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return all inputs, by default where not given."""
        stated = read(ACTION)["inputs"]
        return {
            name: given.get(name, stated[name].get("default", "")) for name in stated
        }

    def run(self, step: Mapping[str, Any], given: Mapping[str, str]) -> Any:
        """Run a step of the action."""
        values = {f"inputs.{name}": one for name, one in self.inputs(given).items()}
        values["github.action_path"] = str(ROOT)
        script = self.folder / "script.sh"
        script.write_text(step["run"], "utf-8")
        for path in (self.output, self.summary):
            path.write_text("", "utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env={
                **OFFLINE,
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_OUTPUT": str(self.output),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                **{
                    name: EXPRESSION.sub(lambda found: values[found[1]], value)
                    for name, value in step["env"].items()
                },
            },
            capture_output=True,
            check=False,
            timeout=300,
        )

    def outputs(self) -> dict[str, str]:
        """Return what the last step gave."""
        lines = self.output.read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the step that installs has run."""
    found = Runner(tmp_path_factory.mktemp("runner"))
    result = found.run(read(ACTION)["runs"]["steps"][0], {})
    assert result.returncode == 0, result.stderr
    return found


@pytest.mark.slow
def test_the_action_reports_and_passes(runner: Runner) -> None:
    step = read(ACTION)["runs"]["steps"][1]
    result = runner.run(step, {"source": SYSROOT, "overlays": OVERLAYS})
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(
        b"::warning title=warning CL011 missing-attribution"
    )
    outputs = runner.outputs()
    assert outputs.pop("exit-code") == "0"
    assert set(outputs) == set(read(ACTION)["outputs"]) - {"exit-code"}
    for path in outputs.values():
        assert (runner.folder / path).stat().st_size > 1000
    assert runner.summary.read_text("utf-8").startswith("## Licence audit")


@pytest.mark.slow
def test_the_action_fails_on_findings_and_reports_them(runner: Runner) -> None:
    step = read(ACTION)["runs"]["steps"][1]
    given = {
        "source": SYSROOT,
        "fail-on": "warning",
        "arguments": "--image-name\nMy OS\n",
        "reports": "other place",
    }
    result = runner.run(step, given)
    assert result.returncode == 1
    assert runner.outputs()["exit-code"] == "1"
    log = runner.folder / runner.outputs()["sarif"]
    assert log == runner.folder / "other place/audit.sarif"
    assert json.loads(log.read_bytes())["runs"][0]["results"]
    assert "## Licence audit: My OS" in runner.summary.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"source": "$(touch stolen)"},
        {"source": SYSROOT, "overlays": "`touch stolen`"},
        {"source": "x; touch stolen", "arguments": "; touch stolen"},
        {"source": SYSROOT, "fail-on": "error; touch stolen"},
        {"source": "--version"},
    ],
)
def test_what_the_action_is_given_is_never_code(
    given: dict[str, str], runner: Runner
) -> None:
    result = runner.run(read(ACTION)["runs"]["steps"][1], given)
    assert result.returncode == 2, result.stdout
    assert runner.outputs() == {"exit-code": "2"}
    assert not list(runner.folder.rglob("stolen"))


@pytest.mark.slow
def test_the_gitlab_job_runs_and_leaves_its_reports(tmp_path: Path) -> None:
    job = read(TEMPLATE)["coos-license"]
    given = {
        "COOS_LICENSE_PACKAGE": str(ROOT),
        "COOS_LICENSE_SOURCE": SYSROOT,
        "COOS_LICENSE_OVERLAYS": OVERLAYS,
        "COOS_LICENSE_ARGUMENTS": "--image-name\n$(touch stolen)",
    }
    assert set(given) < set(job["variables"])
    result = subprocess.run(
        ["sh", "-e", "-c", gitlab_script()],
        cwd=tmp_path,
        env={**OFFLINE, **job["variables"], **given},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    kept = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert all((tmp_path / name).stat().st_size > 100 for name in kept)
    issues = json.loads((tmp_path / "gl-code-quality-report.json").read_bytes())
    assert {"fingerprint", "severity", "location"} < issues[0].keys()
    assert not (tmp_path / "stolen").exists()


def test_pre_commit_takes_the_hooks() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)],
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_each_hook_is_a_command_of_the_tool() -> None:
    for hook in read(HOOKS):
        tool, *words = hook["entry"].split()
        assert tool == "coos-license"
        assert run(*words, "--help").returncode == 0
        assert hook["pass_filenames"] is False


@pytest.fixture(scope="module")
def hooks_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the project as pre-commit clones it."""
    home = tmp_path_factory.mktemp("hooks")
    clone = home / "clone"
    clone.mkdir()
    for name in ("coos_license", "templates", "build-wrapper", "docs", "LICENSES"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, clone / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "NOTICE", HOOKS.name):
        shutil.copy(ROOT / name, clone / name)
    git(clone, "init", "-q")
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", "all")
    return home


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "code"), [("schema = 1\ncurations = []\n", 0), ("schema = 2\n", 1)]
)
def test_the_hook_of_curations_passes_and_fails(
    content: str, code: int, hooks_home: Path, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "curations.toml").write_text(content, "utf-8")
    git(tmp_path, "add", "-A")
    words = ("try-repo", str(hooks_home / "clone"), "coos-license-curations")
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", *words, "--all-files", "--verbose"],
        cwd=tmp_path,
        env={**OFFLINE, "HOME": str(hooks_home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == code, result.stdout
    said = b"0 curations, 0 to look at" if code == 0 else b"curations.toml"
    assert said in result.stdout
