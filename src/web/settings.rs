//! Where the server listens, whom it lets in and how much it takes.

use std::net::IpAddr;

use rocket::config::Ident;
use rocket::data::{ByteUnit, ToByteUnit};
use serde::{Deserialize, Serialize};

/// What the server is told; all of it stands at the top of a profile.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// The server's own settings: address, port, workers, limits and the like.
    pub rocket: rocket::Config,
    /// Whom it lets in and how much it takes.
    pub access: AccessSettings,
    /// Whose data it serves; the command says so, no setting.
    pub data: Data,
}

/// Whose data a server holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Data {
    /// Somebody's: it stays.
    #[default]
    Kept,
    /// Synthetic, in a folder that is removed when the server ends: a load bench may write to it.
    ThrowAway,
}

impl Default for ServerSettings {
    /// One worker: it serves more than a practice asks for, and wakes no other; what waits for the database or the disk
    /// has threads of its own. Answers do not say what serves them.
    fn default() -> Self {
        let rocket = rocket::Config { workers: 1, ident: Ident::none(), ..rocket::Config::default() };
        Self { rocket, access: AccessSettings::default(), data: Data::default() }
    }
}

/// Whom the server lets in and how much it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessSettings {
    /// Whether it may listen on an address that other machines reach, although nobody has to sign in.
    pub allow_network_without_sign_in: bool,
    /// Host names under which it may be asked, beside `localhost` and the address that it listens on.
    pub allowed_hosts: Vec<String>,
    /// The largest file taken as an upload; as in `1 GiB`.
    pub max_upload_size: ByteUnit,
}

impl Default for AccessSettings {
    fn default() -> Self {
        Self {
            allow_network_without_sign_in: false,
            allowed_hosts: Vec::new(),
            max_upload_size: 1.gibibytes(),
        }
    }
}

/// The address is one that other machines reach, and that was not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached by other machines, and there is no sign-in yet: \
     use 127.0.0.1, or set allow_network_without_sign_in = true"
)]
pub struct OpenToNetwork(pub IpAddr);

impl ServerSettings {
    /// The profile that is selected unless `ROCKET_PROFILE` names another.
    pub const DEFAULT_PROFILE: &'static str = if cfg!(debug_assertions) { "debug" } else { "release" };

    /// Whether the address may be listened on; if it may and other machines reach it, what to say about that at start.
    ///
    /// # Errors
    /// When other machines reach the address and nobody has allowed it.
    pub fn exposure(&self) -> Result<Option<String>, OpenToNetwork> {
        let address = self.rocket.address;
        if address.is_loopback() {
            return Ok(None);
        }
        if !self.access.allow_network_without_sign_in {
            return Err(OpenToNetwork(address));
        }
        Ok(Some(format!(
            "listening on {address} without sign-in: whoever reaches this port sees and changes everything"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(address: &str, allowed: bool) -> ServerSettings {
        let mut settings = ServerSettings::default();
        settings.rocket.address = address.parse().unwrap();
        settings.access.allow_network_without_sign_in = allowed;
        settings
    }

    #[test]
    fn the_machine_itself_is_always_let_in() {
        for address in ["127.0.0.1", "127.8.8.8", "::1"] {
            assert_eq!(settings(address, false).exposure(), Ok(None), "{address}");
        }
    }

    #[test]
    fn other_machines_are_let_in_only_where_that_is_allowed_and_then_it_is_said() {
        for address in ["0.0.0.0", "192.168.1.20", "::"] {
            let refused = settings(address, false).exposure().unwrap_err();
            assert!(refused.to_string().contains("allow_network_without_sign_in = true"), "{refused}");
            let said = settings(address, true).exposure().unwrap().unwrap();
            assert!(said.contains(address), "{said}");
        }
    }
}
