//! The difference of one file, as GitHub lists it with a pull request.

/// Lines of the new side of a file that GitHub shows, by their runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hunks(Vec<Hunk>);

#[derive(Debug, PartialEq, Eq)]
struct Hunk {
    /// The number of the first line, from 1.
    first: usize,
    lines: Vec<String>,
}

impl Hunks {
    /// Reads a patch. What cannot be understood shows nothing.
    pub(super) fn read(patch: &str) -> Hunks {
        let mut hunks: Vec<Hunk> = Vec::new();
        // How many lines the hunk still has.
        let mut left = 0;
        for line in patch.split('\n') {
            if let Some((first, count)) = new_side(line) {
                hunks.push(Hunk { first, lines: Vec::new() });
                left = count;
                continue;
            }
            // Neither a line that was taken away, nor the note that a file has no last line end.
            let shown = match line.strip_prefix(['+', ' ']) {
                Some(shown) if left > 0 => shown,
                _ => continue,
            };
            if let Some(hunk) = hunks.last_mut() {
                hunk.lines.push(shown.to_owned());
                left -= 1;
            }
        }
        Hunks(hunks)
    }

    /// True where one hunk has these lines, from the line `first` on.
    pub(super) fn have(&self, first: usize, lines: &[String]) -> bool {
        self.0.iter().any(|hunk| {
            let from = first.checked_sub(hunk.first);
            from.and_then(|from| hunk.lines.get(from..from.checked_add(lines.len())?)) == Some(lines)
        })
    }
}

/// First line and number of lines of the new side, where a line begins a hunk: `@@ -1,4 +2,5 @@ more`.
fn new_side(line: &str) -> Option<(usize, usize)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (_, new) = ranges.split_once(" +")?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    Some((first.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<String> {
        text.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn the_new_side_of_each_hunk_is_known_by_its_numbers() {
        let hunks = Hunks::read(
            "@@ -1,3 +1,4 @@\n a\n-b\n+B\n+B2\n c\n@@ -9 +10,2 @@ schema: x\n i\n+@@ -1 +1 @@\n\\ No newline at end of file",
        );
        assert!(hunks.have(1, &lines(&["a", "B", "B2", "c"])) && hunks.have(2, &lines(&["B"])));
        assert!(hunks.have(10, &lines(&["i", "@@ -1 +1 @@"])));
        for (first, text) in [(2, ["b"]), (1, ["B"]), (5, ["d"]), (9, ["i"]), (0, ["a"]), (usize::MAX, ["a"])]
        {
            assert!(!hunks.have(first, &lines(&text)), "{first} {text:?}");
        }
        // A suggestion across two hunks is none.
        assert!(!hunks.have(4, &lines(&["c", "", "", "", "", "", "i"])));
    }

    #[test]
    fn what_is_no_patch_shows_nothing() {
        for patch in ["", "@@ module Test", "+a\n b", "@@ -1 +x @@\n a", "@@ -1,1 +1,0 @@\n a"] {
            assert!(!Hunks::read(patch).have(1, &lines(&["a"])), "{patch}");
        }
        // A new file, and the one line that a hunk without a count has.
        assert!(Hunks::read("@@ -0,0 +1 @@\n+a\n+b").have(1, &lines(&["a"])));
        assert!(!Hunks::read("@@ -0,0 +1 @@\n+a\n+b").have(2, &lines(&["b"])));
    }
}
