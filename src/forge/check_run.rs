//! A check run, as GitHub takes it: one request makes it, and others add what does not fit into one.

use serde_json::{Value, json};

/// Annotations that one request may carry.
pub const MOST_ANNOTATIONS: usize = 50;
/// Requests for annotations: a run with more findings says so in its summary, and the log has them all.
const MOST_REQUESTS: usize = 10;
/// Characters of a summary.
const LONGEST_SUMMARY: usize = 65_535;
/// Characters of a title, or of the title of an annotation.
const LONGEST_TITLE: usize = 255;
/// Characters of the text of an annotation, and of what stands below it: less than 64 KB, whatever they are.
const LONGEST_TEXT: usize = 8_000;

/// How a check run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// Nothing but votes is missing: yellow.
    Waiting,
    /// Green.
    Success,
    /// Red.
    Failure,
}

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// For information.
    Notice,
    /// A warning.
    Warning,
    /// An error.
    Failure,
}

/// A remark at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file, from the top of the git repository.
    pub path: String,
    /// The first line, from 1, and the last one.
    pub lines: (usize, usize),
    /// First and last column, where all is on one line.
    pub columns: Option<(usize, usize)>,
    /// How grave it is.
    pub level: AnnotationLevel,
    /// What stands above it.
    pub title: String,
    /// What it says.
    pub message: String,
    /// What to do.
    pub details: Option<String>,
}

/// A check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// The commit that it stands on: a full id.
    pub head: String,
    /// How it stands.
    pub state: CheckState,
    /// The line that everybody reads.
    pub title: String,
    /// The page below it, in Markdown.
    pub summary: String,
    /// The remarks.
    pub annotations: Vec<Annotation>,
}

impl CheckRun {
    /// The name, by which a ruleset requires it.
    pub const NAME: &str = "exboard";

    /// The body of the request that makes it.
    #[must_use]
    pub fn create(&self) -> Value {
        let mut body = json!({
            "name": Self::NAME,
            "head_sha": self.head,
            "external_id": Self::NAME,
            "output": self.output(self.annotations.get(..MOST_ANNOTATIONS).unwrap_or(&self.annotations)),
        });
        if let Value::Object(fields) = &mut body {
            match self.state {
                CheckState::Waiting => drop(fields.insert("status".to_owned(), json!("in_progress"))),
                CheckState::Success | CheckState::Failure => {
                    let conclusion = if self.state == CheckState::Success { "success" } else { "failure" };
                    fields.insert("status".to_owned(), json!("completed"));
                    fields.insert("conclusion".to_owned(), json!(conclusion));
                }
            }
        }
        body
    }

    /// The bodies of the requests that add the other annotations: they append.
    #[must_use]
    pub fn more(&self) -> Vec<Value> {
        let rest = self.annotations.get(MOST_ANNOTATIONS..).unwrap_or_default();
        let batches = rest.chunks(MOST_ANNOTATIONS).take(MOST_REQUESTS - 1);
        batches.map(|batch| json!({ "output": self.output(batch) })).collect()
    }

    /// The body of the request that ends an earlier run which was left waiting.
    #[must_use]
    pub fn supersede() -> Value {
        // Not `neutral`, which counts as passed where a ruleset requires the check.
        json!({
            "status": "completed",
            "conclusion": "cancelled",
            "output": { "title": "Judged anew", "summary": "A later run of this check has the verdict." },
        })
    }

    fn output(&self, annotations: &[Annotation]) -> Value {
        let annotations: Vec<Value> = annotations.iter().map(annotation).collect();
        json!({
            "title": cut(&self.title, LONGEST_TITLE),
            "summary": cut(&self.summary, LONGEST_SUMMARY),
            "annotations": annotations,
        })
    }
}

fn annotation(of: &Annotation) -> Value {
    let level = match of.level {
        AnnotationLevel::Notice => "notice",
        AnnotationLevel::Warning => "warning",
        AnnotationLevel::Failure => "failure",
    };
    let mut body = json!({
        "path": of.path,
        "start_line": of.lines.0,
        "end_line": of.lines.1,
        "annotation_level": level,
        "title": cut(&of.title, LONGEST_TITLE),
        "message": cut(&of.message, LONGEST_TEXT),
    });
    if let Value::Object(fields) = &mut body {
        if let Some((first, last)) = of.columns.filter(|_| of.lines.0 == of.lines.1) {
            fields.insert("start_column".to_owned(), json!(first));
            fields.insert("end_column".to_owned(), json!(last));
        }
        if let Some(details) = &of.details {
            fields.insert("raw_details".to_owned(), json!(cut(details, LONGEST_TEXT)));
        }
    }
    body
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: CheckState, count: usize) -> CheckRun {
        let annotation = |line| Annotation {
            path: "a.yaml".to_owned(),
            lines: (line, line),
            columns: Some((1, 4)),
            level: AnnotationLevel::Failure,
            title: "x".repeat(300),
            message: "m".to_owned(),
            details: None,
        };
        CheckRun {
            head: "0".repeat(40),
            state,
            title: "In order".to_owned(),
            summary: "é".repeat(70_000),
            annotations: (1..=count).map(annotation).collect(),
        }
    }

    #[test]
    fn annotations_go_in_batches_of_fifty_and_none_twice() {
        let (many, run) = (run(CheckState::Failure, 5000), run(CheckState::Failure, 120));
        let bodies: Vec<Value> = std::iter::once(run.create()).chain(run.more()).collect();
        let lines: Vec<u64> = bodies
            .iter()
            .flat_map(|body| body["output"]["annotations"].as_array().unwrap())
            .map(|annotation| annotation["start_line"].as_u64().unwrap())
            .collect();
        assert_eq!(bodies.len(), 3);
        assert_eq!(lines, (1..=120).collect::<Vec<u64>>());
        assert_eq!(many.more().len(), MOST_REQUESTS - 1);
    }

    #[test]
    fn the_state_is_a_status_or_a_conclusion() {
        let waiting = run(CheckState::Waiting, 0).create();
        assert_eq!((&waiting["status"], waiting.get("conclusion")), (&json!("in_progress"), None));
        let failure = run(CheckState::Failure, 0).create();
        assert_eq!((&failure["status"], &failure["conclusion"]), (&json!("completed"), &json!("failure")));
        assert_eq!(CheckRun::supersede()["conclusion"], json!("cancelled"));
    }

    #[test]
    fn texts_keep_to_what_github_takes() {
        let body = run(CheckState::Success, 1).create();
        assert_eq!(body["output"]["summary"].as_str().unwrap().chars().count(), LONGEST_SUMMARY);
        assert_eq!(
            body["output"]["annotations"][0]["title"].as_str().unwrap().chars().count(),
            LONGEST_TITLE
        );
    }
}
