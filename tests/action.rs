//! The installer of the GitHub action, with stand-ins for the network and for cargo.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and stands in for programs on the PATH"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

const PROGRAM: &str = "#!/bin/sh\necho exboard of the archive\n";
const BUILT: &str = "#!/bin/sh\necho exboard from source\n";

struct Ran {
    code: i32,
    out: String,
    error: String,
}

struct Scene {
    folder: TempDir,
}

impl Scene {
    /// A runner with an archive on "the network", and a cargo that "builds".
    fn new() -> Self {
        let scene = Scene { folder: TempDir::new().unwrap() };
        let path = scene.folder.path();
        for folder in ["bin", "temp", "staged"] {
            fs::create_dir(path.join(folder)).unwrap();
        }
        scene.program("staged/exboard", PROGRAM);
        let packed = Command::new("tar")
            .args(["-czf", "archive.tar.gz", "-C", "staged", "exboard"])
            .current_dir(path)
            .status()
            .unwrap();
        assert!(packed.success());
        // The last argument but one is where to, the last is the address.
        scene.program(
            "bin/curl",
            "#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\necho \"$2\" >> \"$SCENE/fetched\"\n[ -z \"$OFFLINE\" ] && cp \"$SCENE/archive.tar.gz\" \"$1\"\n",
        );
        scene.program(
            "bin/cargo",
            &format!(
                "#!/bin/sh\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\ncat > \"$2/bin/exboard\" <<'END'\n{BUILT}END\nchmod +x \"$2/bin/exboard\"\n"
            ),
        );
        scene.write("checksums.txt", "# none\n");
        scene
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(path);
        fs::write(&file, text).unwrap();
        file
    }

    fn program(&self, path: &str, text: &str) {
        let file = self.write(path, text);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Lists the archive under a checksum.
    fn list(&self, sum: &str) {
        let name = format!("exboard-{}-x86_64-unknown-linux-musl.tar.gz", env!("CARGO_PKG_VERSION"));
        self.write(
            "checksums.txt",
            &format!("# a comment\n{}  other.tar.gz\n{sum}  {name}\n", "0".repeat(64)),
        );
    }

    fn archive_sum(&self) -> String {
        let bytes = fs::read(self.folder.path().join("archive.tar.gz")).unwrap();
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn install(&self, more: &[(&str, &str)]) -> Ran {
        let path = self.folder.path();
        let programs = format!("{}:{}", path.join("bin").display(), std::env::var("PATH").unwrap());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("action/install.sh");
        let output = Command::new("bash")
            .arg(script)
            .env("PATH", programs)
            .env("SCENE", path)
            .env("RUNNER_TEMP", path.join("temp"))
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("GITHUB_PATH", path.join("github-path"))
            .env("GITHUB_OUTPUT", path.join("github-output"))
            .env("EXBOARD_CHECKSUMS", path.join("checksums.txt"))
            .env_remove("OFFLINE")
            .envs(more.iter().copied())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap_or_default()
    }
}

#[test]
fn a_listed_archive_is_fetched_checked_and_installed() {
    let scene = Scene::new();
    scene.list(&scene.archive_sum());
    let ran = scene.install(&[]);
    assert_eq!((ran.code, ran.error.as_str(), ran.out.as_str()), (0, "", "exboard of the archive\n"));
    let version = env!("CARGO_PKG_VERSION");
    let address =
        format!("/releases/download/v{version}/exboard-{version}-x86_64-unknown-linux-musl.tar.gz\n");
    assert!(scene.read("fetched").ends_with(&address), "{}", scene.read("fetched"));
    assert!(scene.read("github-path").ends_with("/temp/exboard/bin\n"));
    assert!(scene.read("github-output").ends_with("/temp/exboard/bin/exboard\n"));
}

#[test]
fn another_checksum_ends_it_and_nothing_runs() {
    let scene = Scene::new();
    scene.list(&"a".repeat(64));
    let ran = scene.install(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.error.contains(&"a".repeat(64)) && ran.error.contains(&scene.archive_sum()), "{}", ran.error);
    assert!(!scene.folder.path().join("temp/exboard/bin/exboard").exists());
}

#[test]
fn what_is_not_listed_or_not_reached_is_built_from_source() {
    let scene = Scene::new();
    let ran = scene.install(&[]);
    assert_eq!(ran.code, 0, "{}", ran.error);
    assert!(ran.out.ends_with("exboard from source\n") && scene.read("fetched").is_empty(), "{}", ran.out);
    scene.list(&scene.archive_sum());
    let ran = scene.install(&[("OFFLINE", "1")]);
    assert!(ran.code == 0 && ran.out.ends_with("exboard from source\n"), "{}", ran.error);
    let ran = scene.install(&[("RUNNER_ARCH", "RISCV64")]);
    assert!(ran.code == 0 && ran.out.contains("no released binary for Linux RISCV64"), "{}", ran.error);
}
