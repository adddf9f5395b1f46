//! What every request passes: its id, who may ask, and what every answer carries.

use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION,
    ORIGIN, REFERRER_POLICY, SET_COOKIE, UPGRADE, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use glimpse_service::api::ServiceCode;
use subtle::ConstantTimeEq;

use crate::Shared;
use crate::answer::{Answer, Refusal};

/// Most header lines of a request.
const MOST_HEADERS: usize = 100;
/// Shortest and longest token.
const TOKEN_LENGTHS: std::ops::RangeInclusive<usize> = 16..=256;
/// The cookie that holds the token, once it was given.
const COOKIE_NAME: &str = "glimpse_token";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// For the UI: its own files, and pictures and workers that it makes. Style attributes place overlays.
const UI_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
     img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
     worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);
/// For what is no page.
const API_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
);
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
);

/// The word that a request must know.
#[derive(Clone)]
pub(crate) struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = String;

    /// Letters, digits and `._~-`, which need no quoting in an address or a cookie.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
        if TOKEN_LENGTHS.contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(format!(
                "a token has {} to {} letters, digits, dots, dashes, underscores or tildes",
                TOKEN_LENGTHS.start(),
                TOKEN_LENGTHS.end()
            ))
        }
    }
}

impl Token {
    fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// Who may ask.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Whether only this machine can reach the server: then a request must name it as it is.
    pub(crate) loopback: bool,
    pub(crate) token: Option<Token>,
    ids: RequestIds,
}

/// Numbers requests behind a few characters that differ from start to start.
#[derive(Debug)]
struct RequestIds {
    start: u32,
    next: AtomicU64,
}

impl Rules {
    pub(crate) fn new(loopback: bool, token: Option<Token>) -> Self {
        let mut start = [0; 4];
        // Without random numbers ids repeat from start to start, which does no harm.
        let _ = getrandom::fill(&mut start);
        let ids = RequestIds { start: u32::from_ne_bytes(start), next: AtomicU64::new(1) };
        Self { loopback, token, ids }
    }

    pub(crate) fn next_id(&self) -> HeaderValue {
        let number = self.ids.next.fetch_add(1, Ordering::Relaxed);
        HeaderValue::from_str(&format!("{:08x}-{number}", self.ids.start))
            .unwrap_or(HeaderValue::from_static("unknown"))
    }

    /// Refuses what may not ask. `Some` is an answer in place of what was asked for.
    fn check(&self, request: &Request) -> Answer<Option<Response>> {
        let headers = request.headers();
        if headers.len() > MOST_HEADERS {
            let message = format!("a request has at most {MOST_HEADERS} header lines");
            return Err(Refusal::new(ServiceCode::BadRequest, message)
                .with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        }
        if self.loopback && !names_this_machine(request.uri(), headers) {
            let message = "this server answers only under localhost or a loopback address";
            return Err(Refusal::new(ServiceCode::Forbidden, message));
        }
        if let Some(token) = self.token.as_ref().filter(|_| request.uri().path() != "/healthz") {
            if let Some(given) = query_token(request.uri()).filter(|_| request.uri().path() == "/")
                && token.is(given)
            {
                return Ok(Some(with_cookie(given)));
            }
            if !given_tokens(headers).any(|given| token.is(given)) {
                return Err(Refusal::new(ServiceCode::Unauthorized, "this server asks for its token"));
            }
        }
        let asks_for_more = changes(request.method()) || headers.contains_key(UPGRADE);
        if asks_for_more && is_cross_origin(headers) {
            let message = "pages of other sites may not change or watch anything here";
            return Err(Refusal::new(ServiceCode::Forbidden, message));
        }
        Ok(None)
    }
}

/// Passes a request on if it may ask, and marks, counts and logs its answer.
pub(crate) async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.rules.next_id();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let wants_page = wants_page(request.headers());
    let mut response = match app.rules.check(&request) {
        Ok(None) => next.run(request).await,
        Ok(Some(response)) => response,
        Err(refusal) => refusal.into_response(),
    };
    if response.status() == StatusCode::UNAUTHORIZED {
        if wants_page {
            response = crate::ui::token_page();
        }
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"glimpse\""));
    }
    mark(&mut response, &path, &id);
    let (status, time) = (response.status().as_u16(), began.elapsed());
    let route = matched.unwrap_or_else(|| "other".into());
    app.metrics.answered(method_name(&method), &route, status, time);
    let (id, ms) = (id.to_str().unwrap_or(""), time.as_secs_f64() * 1e3);
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(id, %method, path, status, ms, "answered");
    } else {
        tracing::info!(id, %method, path, status, ms, "answered");
    }
    response
}

/// What every answer carries.
pub(crate) fn mark(response: &mut Response, path: &str, id: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let same_origin = HeaderValue::from_static("same-origin");
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), same_origin.clone());
    if is_api(path) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(API_POLICY);
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    } else {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(UI_POLICY);
        headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS);
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), same_origin);
    }
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics" || path == "/healthz"
}

/// Methods of the standard; a client may invent others, which the metrics must not grow by.
fn method_name(method: &Method) -> &str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the request names this machine: a page of another site whose name was made to point here
/// (DNS rebinding) names that site.
fn names_this_machine(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    is_loopback(host.host()) && uri.host().is_none_or(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a page of another origin sent it. What is no browser sends neither header.
fn is_cross_origin(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site"))
        && site != "same-origin"
        && site != "none"
    {
        return true;
    }
    let Some(origin) = text(ORIGIN) else { return false };
    let Some(host) = text(HOST) else { return true };
    !["http://", "https://"]
        .iter()
        .filter_map(|scheme| origin.strip_prefix(scheme))
        .any(|origin| origin.eq_ignore_ascii_case(host))
}

/// The token behind `?token=`.
fn query_token(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// The tokens of the headers: as a bearer, or in the cookie.
fn given_tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let bearer = headers.get_all(AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = cookies.flat_map(|value| value.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == COOKIE_NAME).then(|| value.trim())
    });
    bearer.chain(cookies)
}

/// Back to the page, without the token in its address.
fn with_cookie(token: &str) -> Response {
    let cookie = format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/");
    let headers = [(LOCATION, "/"), (SET_COOKIE, cookie.as_str()), (CACHE_CONTROL, "no-store")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Whether a person's browser asks for a page.
fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Every panic is told as what it is.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let mut response = Refusal::new(ServiceCode::Internal, "a bug ended the request").into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_loopback_names_are_this_machine() {
        let named = |host: &str| names_this_machine(&Uri::from_static("/"), &headers(&[("host", host)]));
        for good in
            ["localhost", "localhost:80", "LOCALHOST:1", "127.0.0.1:8", "127.9.9.9", "[::1]", "[::1]:80"]
        {
            assert!(named(good), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "0.0.0.0",
            "192.168.0.1:80",
            "",
            "localhost@evil.example",
            "[::2]",
            "2130706433",
            "127.1",
        ] {
            assert!(!named(bad), "{bad}");
        }
        assert!(!names_this_machine(&Uri::from_static("/"), &HeaderMap::new()));
        let two = headers(&[("host", "localhost"), ("host", "evil.example")]);
        assert!(!names_this_machine(&Uri::from_static("/"), &two));
        let absolute = Uri::from_static("http://evil.example/");
        assert!(!names_this_machine(&absolute, &headers(&[("host", "localhost")])));
    }

    #[test]
    fn pages_of_other_origins_are_told_apart() {
        let cross = |pairs: &[(&'static str, &str)]| {
            let mut all = headers(pairs);
            all.insert(HOST, "127.0.0.1:8080".parse().unwrap());
            is_cross_origin(&all)
        };
        assert!(!cross(&[]));
        assert!(!cross(&[("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")]));
        assert!(cross(&[("origin", "http://127.0.0.1:9090")]));
        assert!(cross(&[("origin", "http://evil.example")]));
        assert!(cross(&[("origin", "null")]));
        assert!(cross(&[("origin", "file://127.0.0.1:8080")]));
        assert!(cross(&[("sec-fetch-site", "cross-site")]));
        assert!(cross(&[("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn tokens_are_found_wherever_they_may_be() {
        let found = |pairs: &[(&'static str, &str)]| {
            let token: Token = "0123456789abcdef".parse().unwrap();
            given_tokens(&headers(pairs)).any(|given| token.is(given))
        };
        assert!(found(&[("authorization", "Bearer 0123456789abcdef")]));
        assert!(found(&[("authorization", "bearer  0123456789abcdef")]));
        assert!(found(&[("cookie", "a=b; glimpse_token=0123456789abcdef; c=d")]));
        assert!(!found(&[("authorization", "Basic 0123456789abcdef")]));
        assert!(!found(&[("authorization", "Bearer 0123456789abcdeF")]));
        assert!(!found(&[("cookie", "xglimpse_token=0123456789abcdef")]));
        assert!(!found(&[("cookie", "glimpse_token=0123456789abcdef0")]));
        assert_eq!(query_token(&Uri::from_static("/?a=1&token=xyz")), Some("xyz"));
        assert_eq!(query_token(&Uri::from_static("/?atoken=xyz")), None);
    }

    #[test]
    fn tokens_are_long_and_plain() {
        for bad in ["", "short", "with space 0123456789", "0123456789abcde;", &"x".repeat(300)] {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
        let token: Token = "A-z_0.~123456789".parse().unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
