"""The Debian package: what is in it, and that it installs into a clean root, upgrades and goes again."""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from peers import ROOT, SIPCTL, Case


def said(*command, **options):
    """Standard output of a command that succeeds."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
class Package(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Beside the binary and not in a test's folder: every test reads it.
        folder = pathlib.Path(SIPCTL).resolve().parent / "deb-test"
        shutil.rmtree(folder, ignore_errors=True)
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.package = said(ROOT / "scripts/deb", folder, env={**os.environ, "SIPCTL": SIPCTL}).strip()

    def dpkg(self, *arguments):
        """dpkg on a root of its own, which holds no other package; scripts run outside of it and know it by DPKG_ROOT."""
        self.root = self.folder / "root"
        for path in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "usr", "etc"):
            (self.root / path).mkdir(parents=True, exist_ok=True)
        (self.root / "var/lib/dpkg/status").touch()
        return said("dpkg", f"--root={self.root}", "--force-script-chrootless", "--force-not-root", "--force-depends",
                    "--force-bad-path", "--force-confold", f"--log={self.folder}/dpkg.log", *arguments)

    def test_control_file(self):
        fields = said("dpkg-deb", "--field", self.package)
        version = said(SIPCTL, "version").split()[1]
        self.assertIn(f"Version: {version}\n", fields)
        depends = re.search(r"^Depends: (.*)$", fields, re.M).group(1)
        for library in ("libc6", "libssl3", "libsqlite3-0", "libyaml-0-2"):
            self.assertRegex(depends, rf"(^|, ){re.escape(library)}\b")
        self.assertNotIn("@", depends)
        self.assertNotIn("-dev", depends)

    def test_files_belong_to_root_and_nobody_else_writes_them(self):
        for line in said("dpkg-deb", "--contents", self.package).splitlines():
            mode, owner = line.split()[:2]
            self.assertEqual(owner, "root/root", line)
            self.assertNotIn("w", mode[4:], line)

    def test_installs_runs_upgrades_and_goes(self):
        self.dpkg("--install", self.package)
        self.assertIn("Status: install ok installed", self.dpkg("--status", "sipctl"))
        program, configuration = self.root / "usr/bin/sipctl", self.root / "etc/sipctl/sipctl.yaml"

        self.assertEqual(said(program, "version"), said(SIPCTL, "version"))
        checked = subprocess.run([program, "config", "check", configuration], capture_output=True, text=True)
        # Nothing that is set in the packaged file lacks an effect.
        self.assertEqual((checked.returncode, checked.stdout), (0, ""), checked.stderr)
        shown = said(program, "config", "show", "--changed", configuration, env={"SIPCTL_HOME": "/var/lib/sipctl"})
        self.assertRegex(shown, r"drain_deadline +10m ")

        # Whoever edits the configuration keeps it.
        configuration.write_text(configuration.read_text().replace("sip_port: 5060", "sip_port: 5070"))
        self.dpkg("--install", self.package)
        self.assertIn("sip_port: 5070", configuration.read_text())
        self.dpkg("--remove", "sipctl")
        self.assertFalse(program.exists())
        self.assertTrue(configuration.exists())
        state = self.root / "var/lib/sipctl"
        state.mkdir(parents=True)
        (state / "sipctl.db").touch()
        self.dpkg("--purge", "sipctl")
        self.assertFalse(configuration.exists())
        self.assertFalse(state.exists())

    @unittest.skipIf(os.path.exists("/etc/sipctl/sipctl.yaml"), "sipctl is installed here")
    def test_whoever_deleted_the_configuration_can_upgrade(self):
        """dpkg does not bring it back, and what belongs to it is set at the first configuration only."""
        tools = self.folder / "tools"
        tools.mkdir()
        for name in ("adduser", "chown", "chmod", "systemctl"):
            (tools / name).write_text(f'#!/bin/sh\necho {name} >>{self.folder}/called\n'
                                      'case $0 in */ch*) [ -e /etc/sipctl/sipctl.yaml ] ;; esac\n')
            (tools / name).chmod(0o755)
        for before in ("", "0.1.0"):
            said("sh", ROOT / "packaging/debian/postinst", "configure", before, env={"PATH": f"{tools}:/usr/bin:/bin"})
        called = (self.folder / "called").read_text().split()
        self.assertEqual([name for name in called if name != "systemctl"], ["adduser", "adduser"])

    def test_pages_and_completions_are_those_of_the_tree(self):
        self.dpkg("--install", self.package)
        pages = {path.name for path in (self.root / "usr/share/man/man1").iterdir()}
        self.assertEqual(pages, {f"{path.name}.gz" for path in (ROOT / "man").iterdir()})
        page = gzip.decompress((self.root / "usr/share/man/man1/sipctl.1.gz").read_bytes())
        self.assertEqual(page, (ROOT / "man/sipctl.1").read_bytes())
        script = (self.root / "usr/share/bash-completion/completions/sipctl").read_bytes()
        self.assertEqual(script, (ROOT / "completions/sipctl.bash").read_bytes())

    def test_the_unit_is_right(self):
        unit = ROOT / "packaging/sipctl.service"
        text = unit.read_text()
        self.dpkg("--install", self.package)
        installed = self.root / "lib/systemd/system/sipctl.service"
        self.assertEqual(installed.read_text(), text)
        # systemd waits longer than the server does, or it would cut the calls.
        minutes = int(re.search(r"^TimeoutStopSec=(\d+)min$", text, re.M).group(1))
        deadline = re.search(r"^drain_deadline: (\d+)m$", (ROOT / "packaging/sipctl.yaml").read_text(), re.M)
        self.assertGreater(minutes, int(deadline.group(1)))
        if shutil.which("systemd-analyze"):
            # The programs that the unit names are not installed here.
            known = re.sub(r"^(Exec\w+)=.*$", r"\1=/bin/true", text, flags=re.M)
            copy = self.folder / "sipctl.service"
            copy.write_text(known)
            checked = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
            ours = [line for line in checked.stderr.splitlines() if "sipctl.service" in line]
            self.assertEqual(ours, [])


if __name__ == "__main__":
    unittest.main()
