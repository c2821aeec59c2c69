//! Keys and signatures as OpenSSH makes them, in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Where keys and files of one test lie. Nothing of the machine's own configuration is read.
pub(super) struct Workshop {
    folder: TempDir,
}

/// A key pair.
#[derive(Clone)]
pub(super) struct Key {
    /// The file of the private key.
    pub(super) file: PathBuf,
    /// The line of the public key.
    pub(super) line: String,
}

impl Key {
    pub(super) fn private(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }
}

impl Workshop {
    pub(super) fn new() -> Workshop {
        Workshop { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that knows no home and no configuration.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMITTER_DATE", "SSH_AUTH_SOCK"] {
            command.env_remove(name);
        }
        command.env("HOME", self.folder.path()).env("LC_ALL", "C").env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_CONFIG_GLOBAL", self.path("gitconfig"));
        command.current_dir(self.folder.path());
        command
    }

    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        self.command(program).args(arguments).output().unwrap()
    }

    /// Runs what must succeed; its output.
    pub(super) fn must(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Makes a key: `ed25519`, or `rsa -b 2048`.
    pub(super) fn key(&self, name: &str, kind: &str) -> Key {
        let file = self.path(name);
        let mut arguments = vec!["-q", "-N", "", "-C", name, "-f", name, "-t"];
        arguments.extend(kind.split(' '));
        self.must("ssh-keygen", &arguments);
        let line = fs::read_to_string(file.with_extension("pub")).unwrap().trim().to_owned();
        Key { file, line }
    }

    /// Signs bytes as `ssh-keygen -Y sign` does, with the key of a file.
    pub(super) fn sign(&self, key: &Path, namespace: &str, message: &[u8], options: &[&str]) -> String {
        let file = self.path("message");
        fs::write(&file, message).unwrap();
        let _ = fs::remove_file(self.path("message.sig"));
        let key = key.to_str().unwrap();
        let mut arguments = vec!["-Y", "sign", "-f", key, "-n", namespace];
        arguments.extend(options);
        arguments.push("message");
        self.must("ssh-keygen", &arguments);
        fs::read_to_string(self.path("message.sig")).unwrap()
    }

    /// Whether `ssh-keygen -Y verify` takes a signature of the key of a line.
    pub(super) fn verifies(&self, line: &str, namespace: &str, message: &[u8], signature: &str) -> bool {
        fs::write(self.path("allowed"), format!("somebody {line}\n")).unwrap();
        fs::write(self.path("given.sig"), signature).unwrap();
        fs::write(self.path("message"), message).unwrap();
        let arguments =
            ["-Y", "verify", "-f", "allowed", "-I", "somebody", "-n", namespace, "-s", "given.sig"];
        let mut command = self.command("ssh-keygen");
        command.args(arguments).stdin(fs::File::open(self.path("message")).unwrap());
        command.output().unwrap().status.success()
    }
}
