//! Whom a record names.

use super::Record;

impl<'a> Record<'a> {
    /// The keys of all people that the record names, once for each time, whether the roster knows them or not.
    #[must_use]
    pub fn people(&self) -> Vec<&'a str> {
        let mut people: Vec<Option<&'a str>> = Vec::new();
        match self {
            Record::Board(record) => {
                people.extend(record.recommended_compensating_controls.iter().map(|control| control.owner));
                people.push(record.mitigation_owner);
                people.extend(&record.decided_by);
                people.extend(record.reviews.iter().map(|review| review.by));
                people.extend(record.rollback_plan.as_ref().map(|plan| plan.owner));
                people.extend(record.closure.as_ref().map(|closure| closure.by));
            }
            Record::Registry(record) => {
                people.push(record.owner);
                let statements = record.response.iter().flat_map(|response| &response.control_statements);
                people.extend(
                    statements.filter_map(|statement| statement.confirmed.as_ref()).map(|word| word.by),
                );
                people.extend(record.escalation.as_ref().map(|escalation| escalation.legal_owner));
                people.extend(record.closure.as_ref().map(|closure| closure.by));
            }
        }
        people.into_iter().flatten().collect()
    }
}
