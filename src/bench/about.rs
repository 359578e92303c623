//! What a target tells of itself, where it is a marb, before and after a run.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;

use super::number::{float, share};
use super::probe::Probe;
use super::report::server_side::{CacheSide, QuerySide, ServerSide};

/// What a marb told at one moment.
#[derive(Debug, Clone)]
pub struct About {
    server: Value,
    cache: Value,
    database: Value,
}

impl About {
    /// Asks; `None` where the target is no marb.
    ///
    /// # Errors
    /// When the target does not answer at all.
    pub fn ask(probe: &Probe) -> io::Result<Option<Self>> {
        let Some(server) =
            probe.json("/api/v1/server/stats")?.filter(|server| server.get("throw_away").is_some())
        else {
            return Ok(None);
        };
        let cache = probe.json("/api/v1/cache/stats?limit=1")?.unwrap_or_default();
        let database = probe.json("/api/v1/database/stats")?.unwrap_or_default();
        Ok(Some(Self { server, cache, database }))
    }

    /// Whether its database is a throw-away one, which may be written to.
    #[must_use]
    pub fn is_throw_away(&self) -> bool {
        self.server.get("throw_away").and_then(Value::as_bool).unwrap_or(false)
    }

    /// What happened since `before`, while so many requests were answered.
    #[must_use]
    pub fn since(&self, before: &Self, requests: u64) -> ServerSide {
        let number = |from: &Value, name: &str| from.get(name).and_then(Value::as_f64);
        let grown =
            |now: &Value, then: &Value, name: &str| Some((number(now, name)? - number(then, name)?).max(0.0));
        let cpu_seconds = grown(&self.server, &before.server, "cpu_seconds");
        let database = queries(&self.database, &before.database);
        ServerSide {
            version: self.server.get("version").and_then(Value::as_str).unwrap_or_default().to_owned(),
            throw_away: self.is_throw_away(),
            cpu_seconds,
            cpu_micros_per_request: cpu_seconds
                .filter(|_| requests > 0)
                .map(|seconds| seconds * 1e6 / float(requests)),
            resident_bytes: self.server.get("resident_bytes").and_then(Value::as_u64),
            cache: cache(&self.cache, &before.cache),
            database_seconds: (!database.is_empty())
                .then(|| database.values().map(|query| query.seconds).sum()),
            database,
            writer_wait_seconds: waited(&self.database)
                .zip(waited(&before.database))
                .map(|(now, then)| (now - then).max(0.0)),
        }
    }
}

/// Whether a marb says that it still imports, learns or calculates scores; another target says nothing.
#[must_use]
pub fn is_busy(probe: &Probe) -> bool {
    let health = probe.json("/api/v1/health/detailed").ok().flatten().unwrap_or_default();
    health.pointer("/components/learning/at_rest") == Some(&Value::Bool(false))
}

/// Seconds that writers have waited for one another in all.
fn waited(database: &Value) -> Option<f64> {
    let wait = database.get("writer_wait")?;
    Some(wait.get("count")?.as_f64()? * wait.get("mean_ms")?.as_f64()? / 1e3)
}

fn cache(now: &Value, then: &Value) -> BTreeMap<String, CacheSide> {
    let count = |of: &Value, kind: &str, name: &str| {
        of.get("by_type").and_then(|types| types.get(kind)?.get(name)?.as_u64()).unwrap_or(0)
    };
    let Some(types) = now.get("by_type").and_then(Value::as_object) else { return BTreeMap::new() };
    let sides = types.keys().map(|kind| {
        let grown = |name| count(now, kind, name).saturating_sub(count(then, kind, name));
        let (hits, misses) = (grown("hits"), grown("misses"));
        let hit_rate = (share(hits, hits + misses) * 10_000.0).round() / 100.0;
        (kind.clone(), CacheSide { hits, misses, hit_rate })
    });
    sides.filter(|(_, side)| side.hits + side.misses > 0).collect()
}

/// Each query's calls and time since then: from its mean and its calls at both moments.
fn queries(now: &Value, then: &Value) -> BTreeMap<String, QuerySide> {
    let rows = |of: &Value| -> BTreeMap<String, (u64, f64)> {
        let rows = of.get("queries").and_then(Value::as_array).into_iter().flatten();
        let row = |row: &Value| {
            let calls = row.get("calls")?.as_u64()?;
            let mean = row.get("mean_ms")?.as_f64()? / 1e3;
            Some((row.get("query")?.as_str()?.to_owned(), (calls, mean * float(calls))))
        };
        rows.filter_map(row).collect()
    };
    let then = rows(then);
    let sides = rows(now).into_iter().map(|(name, (calls, seconds))| {
        let (calls_then, seconds_then) = then.get(&name).copied().unwrap_or_default();
        let side =
            QuerySide { calls: calls.saturating_sub(calls_then), seconds: (seconds - seconds_then).max(0.0) };
        (name, side)
    });
    sides.filter(|(_, side)| side.calls > 0).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writers_have_waited_as_often_as_they_did_for_the_mean_time() {
        assert_eq!(waited(&json!({"writer_wait": {"count": 4, "mean_ms": 250.0}})), Some(1.0));
        assert_eq!(waited(&json!({"queries": []})), None);
    }

    #[test]
    fn of_each_query_only_what_happened_over_the_run_is_told() {
        let row = |query, calls, mean_ms| json!({"query": query, "calls": calls, "mean_ms": mean_ms});
        let then = json!({"queries": [row("claims::by_id", 10, 2.0), row("payers::list", 5, 1.0)]});
        let now = json!({"queries": [row("claims::by_id", 30, 1.0), row("payers::list", 5, 1.0)]});
        let sides = queries(&now, &then);
        assert_eq!(sides.keys().collect::<Vec<_>>(), ["claims::by_id"]);
        let side = sides["claims::by_id"];
        // 30 calls of 1 ms less 10 calls of 2 ms.
        assert!(side.calls == 20 && (side.seconds - 0.010).abs() < 1e-9, "{side:?}");
    }
}
