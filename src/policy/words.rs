//! The closed vocabularies of policies and records: one enum each, one spelling for each variant.

use std::fmt;

/// A value that is one of a few words.
pub(super) trait Word: Copy + 'static {
    /// All of them, in their order.
    const ALL: &'static [Self];
    /// The word itself.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$($name::$variant),+];

            /// The word used in files and in every format.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl Word for $name {
            const ALL: &'static [Self] = $name::ALL;

            fn word(self) -> &'static str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Who decides. The order is that of authority.
    Tier {
        /// The working security board.
        Working = "working",
        /// The directors.
        Director = "director",
        /// The executives: the highest tier.
        Executive = "executive",
    }
}

words! {
    /// How sensitive the data at stake is, ascending.
    DataTier {
        /// Meant for everybody.
        Public = "public",
        /// Meant for the company.
        Internal = "internal",
        /// Meant for few.
        Confidential = "confidential",
        /// Protected by law or contract.
        Restricted = "restricted",
    }
}

words! {
    /// How high a risk is, ascending.
    Band {
        /// Low.
        Low = "low",
        /// Moderate.
        Moderate = "moderate",
        /// High.
        High = "high",
    }
}

words! {
    /// How much a buyer's exception matters, ascending.
    RiskLevel {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Critical: counsel sees it first.
        Critical = "critical",
    }
}

words! {
    /// What a board record is about.
    ControlFamily {
        /// Who gets in.
        Access = "access",
        /// What is unreadable to others.
        Encryption = "encryption",
        /// What is written down.
        Logging = "logging",
        /// What can be restored.
        Backup = "backup",
        /// What happens when it happens.
        Incident = "incident",
    }
}

words! {
    /// What a buyer's request is about.
    Domain {
        /// Who gets in.
        Access = "access",
        /// What is recorded.
        Logging = "logging",
        /// What is unreadable to others.
        Encryption = "encryption",
        /// What happens when it happens.
        IncidentResponse = "incident_response",
        /// Who works for whom, under which contract.
        VendorManagement = "vendor_management",
    }
}

words! {
    /// What a piece of evidence is.
    EvidenceKind {
        /// A SOC report.
        SocReport = "soc_report",
        /// The report of a penetration test.
        PenetrationTest = "penetration_test",
        /// A policy or a standard.
        Policy = "policy",
        /// A description of the architecture.
        Architecture = "architecture",
        /// A runbook.
        Runbook = "runbook",
        /// What a test found.
        TestResult = "test_result",
        /// A certificate.
        Certificate = "certificate",
        /// A ticket.
        Ticket = "ticket",
        /// A picture of a screen.
        Screenshot = "screenshot",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// A function of the NIST Cybersecurity Framework 2.0.
    CsfFunction {
        /// Govern.
        Govern = "govern",
        /// Identify.
        Identify = "identify",
        /// Protect.
        Protect = "protect",
        /// Detect.
        Detect = "detect",
        /// Respond.
        Respond = "respond",
        /// Recover.
        Recover = "recover",
    }
}

words! {
    /// When a request of a pattern needs counsel.
    EscalatesOn {
        /// The buyer rejected the answer.
        BuyerRejected = "buyer_rejected",
        /// The ongoing manual work passes the pattern's limit.
        BurdenOver = "burden_over",
        /// The compensating control cannot keep the minimum baseline.
        BelowBaseline = "below_baseline",
        /// Before any answer.
        Always = "always",
    }
}

words! {
    /// What `exboard.toml` may say about a rule.
    Level {
        /// The rule rests.
        Off = "off",
        /// [`crate::finding::Severity::Info`]
        Info = "info",
        /// [`crate::finding::Severity::Warning`]
        Warning = "warning",
        /// [`crate::finding::Severity::Error`]
        Error = "error",
    }
}

words! {
    /// Where records lie below their folder.
    Layout {
        /// In the folder of their tier and year.
        Lane = "lane",
        /// At any depth.
        Any = "any",
    }
}

words! {
    /// Where a vote comes from.
    VoteSource {
        /// An approving review on the forge.
        Review = "review",
        /// A signed, otherwise empty commit.
        Signature = "signature",
        /// A signed note on the landed commit.
        Receipt = "receipt",
    }
}

impl Level {
    /// The severity that the word stands for; absent where the rule rests.
    #[must_use]
    pub fn severity(self) -> Option<crate::finding::Severity> {
        use crate::finding::Severity;
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}
