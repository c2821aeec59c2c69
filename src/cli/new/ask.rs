//! Questions in a terminal. What is typed is checked as a flag would be, before the next question comes.

use inquire::autocompletion::Replacement;
use inquire::ui::RenderConfig;
use inquire::validator::Validation;
use inquire::{Autocomplete, Confirm, CustomUserError, InquireError, MultiSelect, Select, Text};

use crate::cli::console::Failure;
use crate::finding::closest;
use crate::policy::{DataTier, Lanes, fold};
use crate::time::{Instant, format_local};

/// Chooses whether questions are coloured.
pub(super) fn in_color(color: bool) {
    let config = if color { RenderConfig::default_colored() } else { RenderConfig::empty() };
    inquire::set_global_render_config(config);
}

type Checked<T> = Result<T, Failure>;

/// A question that is not answered ends the command.
fn answered<T>(answer: Result<T, InquireError>) -> Checked<T> {
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Failure::new("cancelled; nothing was written")
        }
        other => Failure::new(format_args!("cannot ask: {other}"))
            .help("give the answers as flags; `--help` lists them"),
    })
}

/// A text that is not empty.
pub(super) fn text(question: &str, help: &str, default: Option<&str>) -> Checked<String> {
    checked(question, help, default, |_| Ok(()))
}

/// A text that is not empty, with what others wrote there before offered below it.
pub(super) fn offered(
    question: &str,
    help: &str,
    default: Option<&str>,
    known: Vec<String>,
) -> Checked<String> {
    let help = if known.is_empty() { help.to_owned() } else { format!("{help}; Tab completes") };
    let prompt =
        asked(question, &help, default, |_| Ok(())).with_autocomplete(Known(known)).with_page_size(5);
    answered(prompt.prompt()).map(|answer| answer.trim().to_owned())
}

/// A text that passes a check; the check's word is for people.
pub(super) fn checked(
    question: &str,
    help: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
) -> Checked<String> {
    answered(asked(question, help, default, check).prompt()).map(|answer| answer.trim().to_owned())
}

fn asked<'t>(
    question: &'t str,
    help: &'t str,
    default: Option<&'t str>,
    check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
) -> Text<'t, 't> {
    let mut prompt = Text::new(question).with_validator(move |answer: &str| {
        Ok(match answer.trim() {
            "" => Validation::Invalid("an answer is needed; Esc ends without writing anything".into()),
            answer => verdict(check(answer)),
        })
    });
    if !help.is_empty() {
        prompt = prompt.with_help_message(help);
    }
    if let Some(default) = default {
        prompt = prompt.with_default(default);
    }
    prompt
}

fn verdict(checked: Result<(), String>) -> Validation {
    checked.map_or_else(|reason| Validation::Invalid(reason.into()), |()| Validation::Valid)
}

/// Texts until an empty one; at least one.
pub(super) fn texts(
    question: &str,
    help: &str,
    check: impl Fn(&str) -> Result<(), String> + Clone + 'static,
) -> Checked<Vec<String>> {
    let mut all = vec![checked(&format!("{question} 1:"), help, None, check.clone())?];
    loop {
        let check = check.clone();
        let next = Text::new(&format!("{question} {}:", all.len() + 1))
            .with_help_message("Enter on an empty line ends the list")
            .with_validator(move |answer: &str| {
                let answer = answer.trim();
                Ok(if answer.is_empty() { Validation::Valid } else { verdict(check(answer)) })
            })
            .prompt();
        match answered(next)?.trim() {
            "" => return Ok(all),
            more => all.push(more.to_owned()),
        }
    }
}

/// One of several, each with a few words on it; the answer is its place.
pub(super) fn choice(question: &str, options: &[(String, String)], first: usize) -> Checked<usize> {
    let prompt = Select::new(question, lines(options))
        .with_starting_cursor(first.min(options.len().saturating_sub(1)))
        .with_formatter(&|chosen| name_of(chosen.value).to_owned())
        .with_page_size(12);
    answered(prompt.raw_prompt()).map(|answer| answer.index)
}

/// Some of several, at least one; the answers are their places.
pub(super) fn choices(question: &str, help: &str, options: &[(String, String)]) -> Checked<Vec<usize>> {
    let prompt = MultiSelect::new(question, lines(options))
        .with_help_message(help)
        .with_page_size(12)
        .with_formatter(&|chosen| {
            chosen.iter().map(|line| name_of(line.value)).collect::<Vec<_>>().join(", ")
        })
        .with_validator(inquire::validator::MinLengthValidator::new(1).with_message("choose at least one"));
    answered(prompt.raw_prompt()).map(|answers| answers.into_iter().map(|answer| answer.index).collect())
}

/// What is left of a line once it is chosen.
fn name_of(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// A line each: one that wraps would push the question off the screen.
fn lines(options: &[(String, String)]) -> Vec<String> {
    let names = options.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).max(40);
    let line = |(name, about): &(String, String)| {
        let line = format!("{name:names$}  {about}");
        // Room for the marks before it.
        match line.char_indices().nth(width.saturating_sub(10)) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line).trim_end()),
            None => line.trim_end().to_owned(),
        }
    };
    options.iter().map(line).collect()
}

pub(super) fn yes(question: &str, default: bool) -> Checked<bool> {
    answered(Confirm::new(question).with_default(default).prompt())
}

/// A score, with a line below it that says what the answer means while it is typed.
pub(super) fn score(question: &str, help: &str, outlook: Outlook) -> Checked<u8> {
    let prompt = Text::new(question)
        .with_help_message(help)
        .with_autocomplete(outlook)
        .with_page_size(1)
        .with_validator(|answer: &str| {
            let fine = as_score(answer).is_some();
            Ok(if fine { Validation::Valid } else { Validation::Invalid("a whole number, 0 to 100".into()) })
        });
    let answer = answered(prompt.prompt())?;
    as_score(&answer).ok_or_else(|| Failure::new(format_args!("`{answer}` is no score")))
}

/// What others wrote: the texts that have in them what is typed, or else the one that it may be a mistyping of.
#[derive(Debug, Clone)]
struct Known(Vec<String>);

impl Autocomplete for Known {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        let typed = fold(input);
        let mut found: Vec<String> =
            self.0.iter().filter(|known| fold(known).contains(&typed)).cloned().collect();
        if found.is_empty() {
            found.extend(closest(input.trim(), self.0.iter().map(String::as_str)).map(str::to_owned));
        }
        Ok(found)
    }

    fn get_completion(
        &mut self,
        input: &str,
        marked: Option<String>,
    ) -> Result<Replacement, CustomUserError> {
        Ok(marked.or_else(|| self.get_suggestions(input).ok()?.into_iter().next()))
    }
}

/// The number of an answer: its first word, for the live line is an answer too once it is chosen.
fn as_score(answer: &str) -> Option<u8> {
    let number = answer.split_whitespace().next()?;
    number.parse().ok().filter(|score| *score <= 100)
}

/// What a score leads to: the line below the question.
#[derive(Debug, Clone)]
pub(super) struct Outlook {
    pub(super) lanes: Lanes,
    pub(super) data: DataTier,
    pub(super) received: Instant,
    /// The other score, where it is known.
    pub(super) exploitability: Option<u8>,
}

impl Outlook {
    fn line(&self, answer: &str) -> Option<String> {
        let score = as_score(answer)?;
        let line = match self.exploitability {
            Some(exploitability) => lane_line(&self.lanes, exploitability, score, self.data, self.received),
            None => {
                let low = self.lanes.score(score, 0, self.data).score;
                let high = self.lanes.score(score, 100, self.data).score;
                let (least, most) = (self.lanes.lane_of(low), self.lanes.lane_of(high));
                format!("score {low}–{high} by impact: {} to {}", least.tier, most.tier)
            }
        };
        Some(format!("{score}  → {line}"))
    }
}

impl Autocomplete for Outlook {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        Ok(self.line(input).into_iter().collect())
    }

    fn get_completion(&mut self, _: &str, _: Option<String>) -> Result<Replacement, CustomUserError> {
        Ok(Replacement::None)
    }
}

/// `score 58 → moderate lane (35–69) → director: Director-level security board → decide by 2026-04-21T09:15:00Z`
pub(super) fn lane_line(
    lanes: &Lanes,
    exploitability: u8,
    impact: u8,
    data: DataTier,
    received: Instant,
) -> String {
    let score = lanes.score(exploitability, impact, data).score;
    let lane = lanes.lane_of(score);
    let calendar = &lanes.calendar;
    let due = calendar.due(received, lane.sla);
    let due = due.map_or_else(String::new, |due| format!(" → decide by {}", format_local(due, calendar)));
    format!(
        "score {score} → {} lane ({}–{}) → {}: {}{due}",
        lane.band, lane.first, lane.last, lane.tier, lane.name
    )
}
