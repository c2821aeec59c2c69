//! What the program is started with, and in: environment, working directory, terminal.

use std::fs;

use super::*;

#[test]
fn it_needs_no_home_no_path_and_no_terminal() {
    let folder = register(3);
    let mut bare = Command::new(env!("CARGO_BIN_EXE_exboard"));
    bare.env_clear().args(["check", "--now", AT]).current_dir(folder.path());
    ran(&mut bare).ends(0);
    for (name, value) in
        [("HOME", "/nonexistent"), ("PATH", "/nonexistent"), ("TERM", "nonsense"), ("TERM", "")]
    {
        let mut command = exboard(&["check", "--now", AT]);
        ran(command.env(name, value).current_dir(folder.path())).ends(0);
    }
}

#[test]
fn without_git_on_the_path_history_is_read_all_the_same() {
    let folder = register(1);
    let git = |arguments: &[&str]| {
        let mut git = deaf("git");
        git.args(["-c", "user.name=Sam", "-c", "user.email=sam@example.com"]).args(arguments);
        assert!(git.current_dir(folder.path()).status().unwrap().success());
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "-A"]);
    git(&["commit", "--quiet", "-m", "Adopt exboard"]);
    let run = |arguments: &[&str]| {
        let mut command = exboard(arguments);
        ran(command.env("PATH", "/nonexistent").env_remove("HOME").current_dir(folder.path()))
    };
    for arguments in [
        &["check", "--now", AT][..],
        &["check", "--staged", "--now", AT],
        &["check", "--diff", "main", "--now", AT],
        &["check", "--rev", "HEAD", "--now", AT],
        &["log"],
        &["verify", "--now", AT],
    ] {
        run(arguments).ends(0);
    }
    // Who writes needs it, and says so.
    for arguments in [&["hook", "install"][..], &["approve", "SEB-2026-0000"]] {
        let ran = run(arguments);
        assert_eq!(ran.code(), 3, "{ran:?}");
        assert!(ran.error.contains("git"), "{ran:?}");
    }
}

#[test]
fn ascii_locales_get_ascii() {
    let folder = broken(3);
    for (name, value) in [("LC_ALL", "C"), ("LANG", "C"), ("LC_ALL", "POSIX")] {
        let mut command = exboard(&["check", "--now", AT, "--format", "human"]);
        let ran = ran(command.env(name, value).current_dir(folder.path()));
        assert_eq!(ran.code(), 1, "{ran:?}");
        let drawn = ran.out.chars().filter(|char| "─│·╭╰├┬".contains(*char)).count();
        assert_eq!(drawn, 0, "{}", ran.out);
    }
    let mut command = exboard(&["check", "--now", AT, "--format", "human"]);
    let nonsense = ran(command.env("LC_ALL", "xx_YY.nonsense").current_dir(folder.path()));
    assert_eq!(nonsense.code(), 1);
}

#[test]
fn a_folder_that_was_removed_is_named() {
    let elsewhere = register(1);
    let run = |arguments: &[&str]| {
        let folder = TempDir::new().unwrap();
        let script = "rmdir \"$PWD\" && exec \"$@\"";
        ran(within(script, arguments).current_dir(folder.path()))
    };
    for arguments in [
        &["check", "--now", AT][..],
        &["check", "--rev", "HEAD"],
        &["log"],
        &["verify"],
        &["explain", "SEB-2026-0001"],
        &["hook", "install"],
        &["test"],
        &["new", "board", "--no-input"],
        &["-C", "..", "check"],
    ] {
        run(arguments).fails("No such file or directory");
    }
    for arguments in [&["init"][..], &["init", "below"]] {
        run(arguments).fails("No such file or directory");
    }
    // What needs no folder does without.
    for arguments in
        [&["rules"][..], &["explain", "lane/under-routed"], &["schema", "board"], &["--help"], &["man"]]
    {
        assert_eq!(run(arguments).code(), 0);
    }
    let root = elsewhere.path().to_str().unwrap();
    run(&["-C", root, "check", "--now", AT]).ends(0);
    run(&["-C", root, "check", "--now", AT, "--output", "x.txt"]).fails("cannot write x.txt: ");
}

#[test]
fn variables_that_say_nothing_ask_for_nothing_and_nonsense_is_refused() {
    let folder = register(1);
    let run = |name: &str, value: &std::ffi::OsStr| {
        let mut command = exboard(&["check"]);
        // What the others need to say: when.
        if name != "EXBOARD_NOW" {
            command.args(["--now", AT]);
        }
        ran(command.env(name, value).current_dir(folder.path()))
    };
    let with_values = ["NOW", "FORMAT", "COLOR", "QUIET", "VERBOSE", "JOBS", "SELECT", "IGNORE"];
    for name in with_values.map(|name| format!("EXBOARD_{name}")) {
        assert_eq!(run(&name, "".as_ref()).code(), if name == "EXBOARD_NOW" { 1 } else { 0 }, "{name}");
        use std::os::unix::ffi::OsStrExt as _;
        for value in [&b"nonsense"[..], b"\xff\xfe", b"-1", b"\x1b[31m", b"1,,2"] {
            let ran = run(&name, std::ffi::OsStr::from_bytes(value));
            assert_eq!(ran.code(), 2, "{name}={value:?}: {ran:?}");
            assert!(ran.error.contains(&name), "the variable is not named: {ran:?}");
            assert!(!ran.error.contains('\x1b'), "{ran:?}");
        }
    }
    run("EXBOARD_OUTPUT", "".as_ref()).ends(0);
    run("EXBOARD_OUTPUT", "nowhere/x".as_ref()).fails("cannot write nowhere/x: ");
    run("EXBOARD_NONSENSE", "1".as_ref()).ends(0);
    // A wrong flag names no variable where none is set.
    let flag = check(folder.path(), &["--jobs", "x"]);
    assert!(flag.code() == 2 && !flag.error.contains("EXBOARD"), "{flag:?}");
}

#[test]
fn a_policy_of_nonsense_is_told_file_by_file() {
    let names = [
        "lanes",
        "board",
        "expiry",
        "evidence",
        "controls",
        "registry",
        "history",
        "patterns",
        "statements",
        "commitments",
    ];
    let nonsense: [&[u8]; 8] = [
        b"\0\0\0\0",
        b"\xff\xfe\x00x",
        b"[[[[[[",
        b"= = =\n",
        b"x = 1\nx = 2\n[x]\n",
        b"\xef\xbb\xbf\r\r\r",
        b"a.b.c.d.e.f = { g = [ { h = 1979-05-27T07:32:00Z } ] }\n",
        b"\"\x1b[2J\" = '''",
    ];
    for bytes in nonsense {
        let folder = register(1);
        for name in names {
            fs::write(folder.path().join(format!("policies/{name}.toml")), bytes).unwrap();
        }
        let ran = check(folder.path(), &[]);
        if ran.code() == 0 {
            assert_eq!(bytes, b"\xef\xbb\xbf\r\r\r", "white space alone says nothing: {ran:?}");
            continue;
        }
        ran.fails("the policy is broken");
        assert!(!ran.out.contains('\x1b'), "{ran:?}");
        for name in names {
            assert!(ran.out.contains(&format!("policies/{name}.toml:")), "{name}, {bytes:?}: {ran:?}");
        }
    }
    let folder = register(1);
    fs::write(folder.path().join("policies/lanes.toml"), "# x\n".repeat(500_000)).unwrap();
    let ran = check(folder.path(), &[]);
    ran.fails("the policy is broken");
    assert!(ran.out.contains("policies/lanes.toml"), "{ran:?}");
}
