//! What a server answered, and how snapshots show it: amounts as they were sent, what differs from run to run left out.

#![expect(clippy::unwrap_used, reason = "an answer that is no JSON fails the test")]

use hyper::http::response::Parts;
use serde_json::Value;

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    head: Parts,
}

impl Answer {
    pub(crate) fn new(head: Parts, body: String) -> Self {
        Self { status: head.status.as_u16(), body, head }
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body as JSON, of an answer that has to be 200.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap()
    }

    /// The body as a snapshot shows it, of an answer that has to be 200.
    #[track_caller]
    pub(crate) fn shown(&self) -> String {
        self.ok();
        shown(&self.body)
    }

    /// The problem's sentence, of an answer that has to be a problem document with this status and code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["error"], code);
        assert_eq!(problem["message"], problem["detail"]);
        assert!(problem["type"].is_string() && problem["title"].is_string(), "{problem}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// JSON with an indented line for each member, every number in the very characters that were sent.
pub(crate) fn shown(json: &str) -> String {
    let mut shown = String::new();
    let (mut depth, mut rest) = (0, json);
    while let Some(first) = rest.chars().next() {
        let token = if first == '"' { string(rest) } else { &rest[..first.len_utf8()] };
        rest = &rest[token.len()..];
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => {
                shown.push_str(token);
                shown.push_str(&rest[..1]);
                rest = &rest[1..];
            }
            '{' | '[' => {
                depth += 1;
                shown.push(first);
                break_line(&mut shown, depth);
            }
            '}' | ']' => {
                depth -= 1;
                break_line(&mut shown, depth);
                shown.push(first);
            }
            ',' => {
                shown.push(first);
                break_line(&mut shown, depth);
            }
            ':' => shown.push_str(": "),
            '"' => shown.push_str(lasting(token)),
            _ => shown.push(first),
        }
    }
    shown.lines().map(without_timing).collect::<Vec<_>>().join("\n")
}

fn break_line(shown: &mut String, depth: usize) {
    shown.push('\n');
    shown.push_str(&"  ".repeat(depth));
}

/// The string at the beginning of a text, with its quotes.
fn string(text: &str) -> &str {
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    &text[..end.unwrap() + 2]
}

/// A string, unless it is a point in time or the version.
fn lasting(token: &str) -> &str {
    let inner = token.trim_matches('"');
    if inner.parse::<jiff::Timestamp>().is_ok() {
        "\"[time]\""
    } else if inner == env!("CARGO_PKG_VERSION") {
        "\"[version]\""
    } else {
        token
    }
}

/// A line, unless it holds how long something took.
fn without_timing(line: &str) -> String {
    match line.split_once(": ") {
        Some((name, value)) if name.ends_with("_ms\"") || name.ends_with("\"seconds\"") => {
            let comma = if value.ends_with(',') { "," } else { "" };
            let duration = if value.starts_with("null") { "null" } else { "[duration]" };
            format!("{name}: {duration}{comma}")
        }
        _ => line.to_owned(),
    }
}

#[test]
fn a_snapshot_keeps_every_digit_and_leaves_out_when_it_was() {
    let json = r#"{"paid":1500.00,"at":"2026-01-02T03:04:05Z","took_ms":0.25,"lines":[{"a":"x,{\"y"},[]]}"#;
    let lines = [
        "{",
        "  \"paid\": 1500.00,",
        "  \"at\": \"[time]\",",
        "  \"took_ms\": [duration],",
        "  \"lines\": [",
        "    {",
        "      \"a\": \"x,{\\\"y\"",
        "    },",
        "    []",
        "  ]",
        "}",
    ];
    assert_eq!(shown(json), lines.join("\n"));
}
