//! The first person of a roster.

use crate::yaml::quote;

/// The first person of a roster: whoever runs `init`, as far as git knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founder {
    /// By which records name them.
    pub key: String,
    name: String,
    email: String,
    github: Option<String>,
}

impl Default for Founder {
    /// Nobody in particular: to be replaced.
    fn default() -> Self {
        Founder {
            key: "you".to_owned(),
            name: "Your Name".to_owned(),
            email: "you@example.com".to_owned(),
            github: None,
        }
    }
}

/// The domain of addresses that GitHub gives out; before it stand a number and the login.
const NO_REPLY: &str = "@users.noreply.github.com";

impl Founder {
    /// A person by git's name and address; `None` where one of them is missing or gives no key.
    #[must_use]
    pub fn from_git(name: Option<&str>, email: Option<&str>) -> Option<Self> {
        let (name, email) = (name?.trim(), email?.trim());
        let local = email.split('@').next().unwrap_or_default();
        let github = email.strip_suffix(NO_REPLY).map(|local| local.rsplit('+').next().unwrap_or(local));
        let key = key_from(github.unwrap_or(local))?;
        if name.is_empty() {
            return None;
        }
        Some(Founder {
            key,
            name: name.to_owned(),
            email: email.to_owned(),
            github: github.map(str::to_owned),
        })
    }

    /// The text of a roster with this person in it.
    pub(super) fn fill(&self, template: &str) -> String {
        let github = match &self.github {
            Some(login) => format!("github = {}", quote(login)),
            None => {
                "# github = \"your-login\"               # without it your reviews on GitHub count for nobody"
                    .to_owned()
            }
        };
        // What YAML writes between double quotes, TOML reads the same: the escapes used are in both.
        template
            .replace("@KEY@", &self.key)
            .replace("@GITHUB@", &github)
            .replace("@NAME@", &quote(&self.name))
            .replace("@EMAIL@", &quote(&self.email))
    }
}

/// The part of an address before the `+` as a key: short, and of letters that need no quotes in TOML.
fn key_from(local: &str) -> Option<String> {
    let local = local.split('+').next().unwrap_or_default().to_lowercase();
    let key: String = local
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' })
        .take(32)
        .collect();
    let key = key.trim_matches(['-', '_']);
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_comes_from_the_address() {
        let key = |email: &str| Founder::from_git(Some("Dana Reyes"), Some(email)).map(|person| person.key);
        assert_eq!(key("Dana.Reyes@example.com").as_deref(), Some("dana-reyes"));
        assert_eq!(key("dana+git@example.com").as_deref(), Some("dana"));
        assert_eq!(key("123+dreyes@users.noreply.github.com").as_deref(), Some("dreyes"));
        assert_eq!(key("ü@example.com"), None);
        assert_eq!(Founder::from_git(None, Some("a@b")), None);
        assert_eq!(Founder::from_git(Some(" "), Some("a@b")), None);
    }

    #[test]
    fn a_login_is_taken_from_githubs_own_address_alone() {
        let text = |email: &str| {
            Founder::from_git(Some("D \"Q\" R"), Some(email)).unwrap().fill("@NAME@ @EMAIL@\n@GITHUB@\n")
        };
        let own = text("1+dr@users.noreply.github.com");
        assert_eq!(own, "\"D \\\"Q\\\" R\" \"1+dr@users.noreply.github.com\"\ngithub = \"dr\"\n");
        assert!(text("dr@example.com").contains("\n# github = "));
    }
}
