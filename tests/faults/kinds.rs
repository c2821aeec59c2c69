//! Links, pipes and devices where files belong: none is followed to the outside, none is waited for.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::*;

/// A register whose one record cites a file.
fn citing(path: &str) -> TempDir {
    let folder = register(1);
    fs::create_dir_all(folder.path().join("evidence")).unwrap();
    let text = record(0).replace("url: https://wiki.example.com/service-0", &format!("path: {path}"));
    fs::write(folder.path().join(path_of(0)), text).unwrap();
    folder
}

/// A device at a path; false, and told, where this user may make none.
fn device(path: &Path) -> bool {
    let made =
        Command::new("mknod").arg(path).args(["c", "1", "5"]).output().is_ok_and(|out| out.status.success());
    if !made {
        skipped("this user may not make a device");
    }
    made
}

#[test]
fn a_policy_is_read_from_regular_files() {
    let (_outside, secret) = outside("TOP-SECRET");
    for name in ["exboard.toml", "policies/board.toml", "policies/lanes.toml", "policies/extra.toml"] {
        let kinds: [&dyn Fn(&Path) -> bool; 6] = [
            &|path| {
                pipe(path);
                true
            },
            &device,
            &|path| symlink(&secret, path).is_ok(),
            &|path| symlink(path, path).is_ok(),
            &|path| symlink("/dev/zero", path).is_ok(),
            &|path| symlink("nowhere", path).is_ok(),
        ];
        for kind in kinds {
            let folder = register(1);
            let path = folder.path().join(name);
            let _ = fs::remove_file(&path);
            if !kind(&path) {
                continue;
            }
            for arguments in
                [&["check", "--now", AT][..], &["explain", "SEB-2026-0000"], &["score", "SEB-2026-0000"]]
            {
                let ran = ran(exboard(arguments).current_dir(folder.path()));
                ran.fails(&format!("{name} is a link or not a regular file"));
                assert!(!ran.error.contains("TOP-SECRET"), "{ran:?}");
            }
        }
    }
}

#[test]
fn a_policy_folder_that_is_none_holds_no_policy() {
    let (outside, _) = outside("TOP-SECRET");
    for kind in 0..4 {
        let folder = register(1);
        let path = folder.path().join("policies");
        fs::remove_dir_all(&path).unwrap();
        match kind {
            0 => pipe(&path),
            1 => fs::write(&path, "x").unwrap(),
            2 => symlink(outside.path(), &path).unwrap(),
            _ => symlink("policies", &path).unwrap(),
        }
        let ran = check(folder.path(), &[]);
        assert_eq!(ran.code(), 3, "{kind}: {ran:?}");
        assert!(ran.error.contains("policies"), "{kind}: {ran:?}");
        assert!(!ran.error.contains("TOP-SECRET") && !ran.out.contains("TOP-SECRET"), "{ran:?}");
    }
}

#[test]
fn a_record_is_a_regular_file() {
    // Pipes, links to the outside and folders among the records: tests/cli.rs. Here: what has no end, in all formats.
    let folder = register(1);
    let lane = folder.path().join("exceptions/director/2026");
    pipe(&lane.join("SEB-2026-0002.yaml"));
    symlink("/dev/zero", lane.join("SEB-2026-0003.yaml")).unwrap();
    symlink("SEB-2026-0004.yaml", lane.join("SEB-2026-0004.yaml")).unwrap();
    let strays = if device(&lane.join("SEB-2026-0005.yaml")) { 4 } else { 3 };
    for format in ["human", "concise", "json", "github", "sarif", "markdown"] {
        let ran = check(folder.path(), &["--format", format]);
        assert_eq!(ran.code(), 1, "{ran:?}");
        assert!(ran.out.contains("SEB-2026-0003.yaml"), "{ran:?}");
    }
    let found = check(folder.path(), &["--fix"]).out;
    assert_eq!(found.matches("schema/stray-file").count(), strays, "{found}");
    let fixed = check(folder.path(), &["SEB-2026-0002.yaml"]);
    assert_eq!(fixed.code(), 3, "{fixed:?}");
}

#[test]
fn a_record_folder_that_is_none_holds_no_records() {
    let folder = register(1);
    pipe(&folder.path().join("registry"));
    let ran = check(folder.path(), &[]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.out.contains("registry: error[schema/stray-file]"), "{ran:?}");
    fs::remove_file(folder.path().join("registry")).unwrap();
    symlink("registry", folder.path().join("registry")).unwrap();
    let ran = check(folder.path(), &[]);
    assert!(
        ran.code() == 1 && ran.out.contains("registry: error[schema/stray-file] this is a link"),
        "{ran:?}"
    );
}

#[test]
fn evidence_is_a_regular_file_of_the_repository() {
    let (outside, secret) = outside("TOP-SECRET");
    type Kind<'k> = (&'k str, &'k dyn Fn(&Path));
    let kinds: [Kind<'_>; 7] = [
        ("there is no file `evidence/proof`", &pipe),
        ("links lead on from it", &|path| symlink("proof", path).unwrap()),
        ("links lead on from it", &|path| {
            symlink("other", path).unwrap();
            symlink("proof", path.with_file_name("other")).unwrap();
        }),
        ("is a link to an absolute path", &|path| symlink(&secret, path).unwrap()),
        ("is a link to an absolute path", &|path| symlink("/dev/zero", path).unwrap()),
        ("climbs out of the repository", &|path| {
            let up = Path::new("../..").join(outside.path().file_name().unwrap());
            symlink(up.join("secret.yaml"), path).unwrap();
        }),
        ("there is no file `evidence/proof`", &|path| symlink("nowhere", path).unwrap()),
    ];
    for (said, make) in kinds {
        let folder = citing("evidence/proof");
        make(&folder.path().join("evidence/proof"));
        let ran = check(folder.path(), &[]);
        assert_eq!(ran.code(), 1, "{said}: {ran:?}");
        assert!(ran.out.contains(said), "{said}: {ran:?}");
        assert!(!ran.out.contains("TOP-SECRET"), "{ran:?}");
    }
    let folder = citing("evidence/proof");
    if device(&folder.path().join("evidence/proof")) {
        assert_eq!(check(folder.path(), &[]).code(), 1);
    }
}

#[test]
fn what_is_written_over_is_no_link_and_no_pipe() {
    // A step and `--fix` write where a regular file lies, and nowhere else.
    let (_outside, secret) = outside("TOP-SECRET");
    let folder = register(1);
    let path = folder.path().join(path_of(0));
    fs::remove_file(&path).unwrap();
    symlink(&secret, &path).unwrap();
    let ran = ran(exboard(&[
        "move",
        "SEB-2026-0000",
        "withdrawn",
        "--reason",
        "not_needed",
        "--by",
        "ana",
        "--force",
    ])
    .current_dir(folder.path()));
    assert_eq!(ran.code(), 3, "{ran:?}");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "TOP-SECRET: 1\n");
    fs::write(folder.path().join("README.md"), "x").unwrap();
    pipe(&folder.path().join("CODEOWNERS"));
    let exported = super::ran(exboard(&["export", "codeowners"]).current_dir(folder.path()));
    assert_eq!(exported.code(), 0, "{exported:?}");
}
