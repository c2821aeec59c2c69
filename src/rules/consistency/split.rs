//! `consistency/split`

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::{DataTier, Lane, Lanes, ScoreSum};
use crate::rules::declare::rule;
use crate::rules::{BoardFacts, Card, Out, Register, by_subject};
use crate::time::{self, Date};

rule! {
    /// Two requests of one account would be a higher lane's affair together.
    ///
    /// Two live records (draft, proposed or approved) of one account and control family, received within `split_days` (30 by
    /// default) of each other, reach together, with the highest of their scores and data tiers, a higher lane than either
    /// does alone, and neither lists the other in `related`. The finding stands on both.
    ///
    /// ## Why
    /// A risk that is cut in two is decided by people who may not take it whole.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// exploitability_score: 60
    /// impact_score: 50
    /// ```
    /// ```yaml base=proposed with path=exceptions/director/2026/SEB-2026-0043.yaml
    /// exception_id: SEB-2026-0043
    /// exploitability_score: 20
    /// impact_score: 90
    /// combined_risk_score: 60
    /// impacted_assets: [import-service]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// exploitability_score: 60
    /// impact_score: 50
    /// ```
    /// ```yaml base=proposed with path=exceptions/director/2026/SEB-2026-0043.yaml
    /// exception_id: SEB-2026-0043
    /// exploitability_score: 20
    /// impact_score: 90
    /// combined_risk_score: 60
    /// impacted_assets: [import-service]
    /// related: [SEB-2026-0042]
    /// ```
    RULE {
        name: "consistency/split",
        summary: "Two requests of one account would be a higher lane's affair together",
        scope: All,
        severity: Warning,
        locked: false,
        judges: Every,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

/// A live record that has all that the score needs.
struct Request<'a> {
    card: &'a Card,
    received: Date,
    inputs: (u8, u8, DataTier),
    score: ScoreSum,
    lane: &'a Lane,
    /// The requests of the group that it lists, and that list it.
    related: BTreeSet<usize>,
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let lanes = &register.policy.lanes;
    let most = i64::from(lanes.consistency.split_days);
    for group in by_subject(register.cards).into_values() {
        let requests = requests(group, lanes);
        let mut window = Window::default();
        let (mut first, mut next) = (0, 0);
        for (index, request) in requests.iter().enumerate() {
            while let Some(later) = requests.get(next).filter(|later| days(request, later) <= most) {
                window.put(next, later);
                next += 1;
            }
            while let Some(earlier) = requests.get(first).filter(|earlier| days(earlier, request) > most) {
                window.take(first, earlier);
                first += 1;
            }
            if let Some((other, score)) = window.partner(index, request, &requests, lanes) {
                report(request, other, score, lanes, out);
            }
        }
    }
}

fn requests<'a>(group: Vec<(&'a Card, &'a BoardFacts)>, lanes: &'a Lanes) -> Vec<Request<'a>> {
    let request = |(card, facts): (&'a Card, &'a BoardFacts)| {
        let inputs @ (exploitability, impact, data) = facts.inputs?;
        let score = lanes.score(exploitability, impact, data);
        let (received, lane) = (facts.received?, lanes.lane_of(score.score));
        Some((facts, Request { card, received, inputs, score, lane, related: BTreeSet::new() }))
    };
    let mut live: Vec<_> = group.into_iter().filter_map(request).collect();
    live.sort_by_key(|(_, request)| (request.received, request.card.name()));
    let ids = live.iter().enumerate().map(|(index, (_, request))| (request.card.name(), index));
    let ids: BTreeMap<&str, usize> = ids.collect();
    let links = live.iter().enumerate().flat_map(|(index, (facts, _))| {
        facts.related.iter().filter_map(|id| ids.get(id.as_ref())).map(move |other| (index, *other))
    });
    let links: BTreeSet<(usize, usize)> = links.flat_map(|(a, b)| [(a, b), (b, a)]).collect();
    let mut requests: Vec<Request<'a>> = live.into_iter().map(|(_, request)| request).collect();
    for (index, other) in links {
        if let Some(request) = requests.get_mut(index) {
            request.related.insert(other);
        }
    }
    requests
}

fn days(earlier: &Request<'_>, later: &Request<'_>) -> i64 {
    (later.received - earlier.received).num_days()
}

/// The requests near one in time, by what makes the most of another: of one lane and one data tier, those with the
/// highest exploitability, impact, and sum of both. The score is a sum with weights of at least 0, so if none of the
/// first three raises it over the lane, none of the others does: no pair has to be tried.
#[derive(Default)]
struct Window(BTreeMap<(u8, DataTier), [Ranking; 3]>);

/// Requests by what they have of one thing.
type Ranking = BTreeSet<(i64, usize)>;

impl Window {
    fn put(&mut self, index: usize, request: &Request<'_>) {
        let class = self.0.entry((request.lane.first, request.inputs.2)).or_default();
        for (ranking, rank) in class.iter_mut().zip(ranks(request)) {
            ranking.insert((rank, index));
        }
    }

    fn take(&mut self, index: usize, request: &Request<'_>) {
        let class = self.0.entry((request.lane.first, request.inputs.2)).or_default();
        for (ranking, rank) in class.iter_mut().zip(ranks(request)) {
            ranking.remove(&(rank, index));
        }
    }

    /// A request that reaches a higher lane together with this one, and the score that they have then.
    fn partner<'r>(
        &self,
        index: usize,
        request: &Request<'_>,
        requests: &'r [Request<'r>],
        lanes: &Lanes,
    ) -> Option<(&'r Request<'r>, ScoreSum)> {
        self.0.values().flatten().find_map(|ranking| {
            let mut strangers = ranking.iter().rev().map(|(_, other)| *other);
            let other = strangers.find(|other| *other != index && !request.related.contains(other))?;
            let other = requests.get(other)?;
            let score = together(request, other, lanes);
            let alone = request.lane.first.max(other.lane.first);
            (lanes.lane_of(score.score).first > alone).then_some((other, score))
        })
    }
}

fn ranks(request: &Request<'_>) -> [i64; 3] {
    let (exploitability, impact, _) = request.inputs;
    [exploitability.into(), impact.into(), request.score.sum.ten_thousandths()]
}

fn together(one: &Request<'_>, other: &Request<'_>, lanes: &Lanes) -> ScoreSum {
    let ((e1, i1, d1), (e2, i2, d2)) = (one.inputs, other.inputs);
    lanes.score(e1.max(e2), i1.max(i2), d1.max(d2))
}

fn report(request: &Request<'_>, other: &Request<'_>, score: ScoreSum, lanes: &Lanes, out: &mut Out<'_>) {
    let apart = days(request, other).abs();
    let when = if apart == 0 { "on the same day".to_owned() } else { format!("{} apart", time::days(apart)) };
    let message = format!(
        "together with `{}`, received {when}, this is a {} risk ({score}); alone it is {}",
        other.card.name(),
        lanes.lane_of(score.score).band,
        request.lane.band,
    );
    out.report(
        out.finding(request.card.at("/control_family"), message)
            .record(request.card.name())
            .help(format!(
                "decide them together: `related: [{}]`, and say why they are two",
                other.card.name()
            ))
            .related(other.card.at("/control_family"), "the other request"),
    );
}
