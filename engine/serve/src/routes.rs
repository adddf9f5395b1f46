//! The addresses, each with what it does and what is said of it.

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post, put};
use glimpse_service::api::{
    BenchEvent, BenchRequest, BoxKnobs, ClipAbout, Device, HeatMap, LibraryEntry, LibraryPage, LibraryQuery,
    LineRequest, LineTrace, LiveMessage, LookEvent, LookRequest, PackCheck, PageTrace, Picture, Sample,
    SampleClip, Settings, SettingsChange,
};

use crate::Shared;
use crate::handlers::{
    self, DescribeQuery, ExportQuery, FindQuery, ImageQuery, ReadQuery, SampleName, TagsQuery,
};
use crate::openapi::{Kind, Type};

/// One address and method.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Name of the operation: that of the window's command where there is one.
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) query: Option<Type>,
    pub(crate) body: Kind,
    pub(crate) status: u16,
    pub(crate) answer: Kind,
    pub(crate) handler: MethodRouter<Shared>,
}

impl Route {
    fn new(
        (method, path): (Method, &'static str),
        name: &'static str,
        handler: MethodRouter<Shared>,
        answer: Kind,
        summary: &'static str,
    ) -> Self {
        let status = match answer {
            Kind::Nothing => 204,
            Kind::Socket(_) => 101,
            _ => 200,
        };
        Self { method, path, name, summary, query: None, body: Kind::Nothing, status, answer, handler }
    }

    fn takes(self, body: Kind) -> Self {
        Self { body, ..self }
    }

    fn query(self, query: Type) -> Self {
        Self { query: Some(query), ..self }
    }

    /// It makes something new.
    fn makes(self) -> Self {
        Self { status: 201, ..self }
    }
}

/// Every address.
pub(crate) fn all() -> Vec<Route> {
    let mut routes = pictures();
    routes.extend(lessons());
    routes.extend(library());
    routes.extend(live());
    routes.extend(app());
    routes.extend(scripts());
    routes
}

/// Every address, as a router.
pub(crate) fn router() -> Router<Shared> {
    all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}

fn pictures() -> Vec<Route> {
    use handlers as h;
    let json = Kind::Json;
    let (get_, post_, delete_) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        Route::new(
            (post_.clone(), "/api/v1/pictures"),
            "open_picture",
            post(h::open_picture),
            json(Type::of::<Picture>()),
            "Open a picture: the body is its file; the header x-glimpse-name may give its name, as \
             percent-encoded UTF-8",
        )
        .takes(Kind::Picture)
        .makes(),
        Route::new(
            (get_.clone(), "/api/v1/samples"),
            "samples",
            get(h::samples),
            json(Type::of::<Vec<Sample>>()),
            "List the sample pictures",
        ),
        Route::new(
            (post_.clone(), "/api/v1/samples/open"),
            "open_sample",
            post(h::open_sample),
            json(Type::of::<Picture>()),
            "Open a sample picture",
        )
        .takes(json(Type::of::<SampleName>()))
        .makes(),
        Route::new(
            (delete_, "/api/v1/pictures/{id}"),
            "close_picture",
            delete(h::close_picture),
            Kind::Nothing,
            "Close an opened picture",
        ),
        Route::new(
            (get_.clone(), "/api/v1/pictures/{id}/image"),
            "picture_image",
            get(h::picture_image),
            Kind::Picture,
            "Show an opened picture",
        )
        .query(Type::of::<ImageQuery>()),
        Route::new(
            (get_, "/api/v1/pictures/{id}/export"),
            "export_picture",
            get(h::export_picture),
            Kind::File,
            "Give what is known of an opened picture so far as a file",
        )
        .query(Type::of::<ExportQuery>()),
        Route::new(
            (post_.clone(), "/api/v1/pictures/{id}/look"),
            "look",
            post(h::look),
            Kind::Events(Type::of::<LookEvent>()),
            "Look at an opened picture and tell of it as it goes, one JSON object a line; ending the \
             request cancels it",
        )
        .takes(json(Type::of::<LookRequest>())),
        Route::new(
            (post_, "/api/v1/bench"),
            "bench",
            post(h::bench),
            Kind::Events(Type::of::<BenchEvent>()),
            "Measure this device and tell of it as it goes, one JSON object a line; ending the request \
             cancels it",
        )
        .takes(json(Type::of::<BenchRequest>())),
    ]
}

fn lessons() -> Vec<Route> {
    use handlers as h;
    let json = Kind::Json;
    vec![
        Route::new(
            (Method::POST, "/api/v1/pictures/{id}/lessons/boxes"),
            "page_trace",
            post(h::page_trace),
            json(Type::of::<PageTrace>()),
            "Make boxes of what the text detector sees",
        )
        .takes(json(Type::of::<BoxKnobs>())),
        Route::new(
            (Method::GET, "/api/v1/pictures/{id}/lessons/map"),
            "heat_map",
            get(h::heat_map),
            json(Type::of::<HeatMap>()),
            "Show what the text detector sees",
        ),
        Route::new(
            (Method::POST, "/api/v1/pictures/{id}/lessons/line"),
            "line_trace",
            post(h::line_trace),
            json(Type::of::<LineTrace>()),
            "Follow a line through the recognizer",
        )
        .takes(json(Type::of::<LineRequest>())),
    ]
}

fn library() -> Vec<Route> {
    use handlers as h;
    let json = Kind::Json;
    vec![
        Route::new(
            (Method::POST, "/api/v1/library/search"),
            "library",
            post(h::library),
            json(Type::of::<LibraryPage>()),
            "Search the library",
        )
        .takes(json(Type::of::<LibraryQuery>())),
        Route::new(
            (Method::GET, "/api/v1/library/{id}"),
            "library_entry",
            get(h::library_entry),
            json(Type::of::<LibraryEntry>()),
            "Tell all that is known of a picture of the library",
        ),
        Route::new(
            (Method::GET, "/api/v1/library/{id}/thumbnail"),
            "library_thumbnail",
            get(h::library_thumbnail),
            Kind::Picture,
            "Show a small picture of the library",
        ),
        Route::new(
            (Method::GET, "/api/v1/library/{id}/image"),
            "library_image",
            get(h::library_image),
            Kind::Picture,
            "Show a picture of the library",
        ),
        Route::new(
            (Method::GET, "/api/v1/library/{id}/export"),
            "library_export",
            get(h::library_export),
            Kind::File,
            "Give what is known of a picture of the library as a file",
        )
        .query(Type::of::<ExportQuery>()),
        Route::new(
            (Method::POST, "/api/v1/library/{id}/open"),
            "library_open",
            post(h::library_open),
            json(Type::of::<Picture>()),
            "Open a picture of the library again",
        )
        .makes(),
        Route::new(
            (Method::DELETE, "/api/v1/library/{id}"),
            "library_delete",
            delete(h::library_delete),
            Kind::Nothing,
            "Delete a picture of the library",
        ),
        Route::new(
            (Method::DELETE, "/api/v1/library"),
            "library_clear",
            delete(h::library_clear),
            Kind::Nothing,
            "Delete all pictures of the library",
        ),
    ]
}

fn live() -> Vec<Route> {
    use handlers as h;
    let json = Kind::Json;
    vec![
        Route::new(
            (Method::GET, "/api/v1/live"),
            "live",
            get(h::live),
            Kind::Socket(Type::of::<LiveMessage>()),
            "Watch live video over a WebSocket: first a LiveStart as text, then LiveCommands as text and \
             frames as binary messages; LiveMessages come as text, pictures of frames as binary messages",
        ),
        Route::new(
            (Method::POST, "/api/v1/clips"),
            "open_clip",
            post(h::open_clip),
            json(Type::of::<ClipAbout>()),
            "Open a clip: the body is its file; the header x-glimpse-name may give its name, as \
             percent-encoded UTF-8",
        )
        .takes(Kind::Clip)
        .makes(),
        Route::new(
            (Method::GET, "/api/v1/clips/samples"),
            "sample_clips",
            get(h::sample_clips),
            json(Type::of::<Vec<SampleClip>>()),
            "List the sample clips",
        ),
        Route::new(
            (Method::DELETE, "/api/v1/clips/{id}"),
            "close_clip",
            delete(h::close_clip),
            Kind::Nothing,
            "Close an opened clip",
        ),
    ]
}

fn app() -> Vec<Route> {
    use handlers as h;
    let json = Kind::Json;
    vec![
        Route::new(
            (Method::GET, "/api/v1/settings"),
            "settings",
            get(h::settings),
            json(Type::of::<Settings>()),
            "Tell the settings",
        ),
        Route::new(
            (Method::PUT, "/api/v1/settings"),
            "set_settings",
            put(h::set_settings),
            json(Type::of::<Settings>()),
            "Change the settings",
        )
        .takes(json(Type::of::<SettingsChange>())),
        Route::new(
            (Method::GET, "/api/v1/device"),
            "device",
            get(h::device),
            json(Type::of::<Device>()),
            "Tell what this device and this build are",
        ),
        Route::new(
            (Method::POST, "/api/v1/device/packs/{id}/check"),
            "check_pack",
            post(h::check_pack),
            json(Type::of::<PackCheck>()),
            "Compare a pack with its checksum",
        ),
        Route::new(
            (Method::GET, "/api/v1/openapi.json"),
            "openapi",
            get(h::describe_addresses),
            Kind::AnyJson,
            "Describe these addresses",
        ),
        Route::new(
            (Method::GET, "/healthz"),
            "healthz",
            get(h::healthz),
            Kind::Text("text/plain"),
            "Say that the server is up; no token is needed",
        ),
        Route::new(
            (Method::GET, "/metrics"),
            "metrics",
            get(h::metrics),
            Kind::Text("application/openmetrics-text"),
            "Tell the metrics, for Prometheus",
        ),
    ]
}

fn scripts() -> Vec<Route> {
    use handlers as h;
    let route = |path, name, handler, summary, query| {
        Route::new((Method::POST, path), name, handler, Kind::AnyJson, summary)
            .takes(Kind::Picture)
            .query(query)
    };
    vec![
        route(
            "/api/v1/read",
            "read_once",
            post(h::read),
            "Read a picture's text; the answer is what `glimpse read --json` prints",
            Type::of::<ReadQuery>(),
        ),
        route(
            "/api/v1/describe",
            "describe_once",
            post(h::describe),
            "Describe a picture; the answer is what `glimpse describe --json` prints",
            Type::of::<DescribeQuery>(),
        ),
        route(
            "/api/v1/find",
            "find_once",
            post(h::find),
            "Find objects on a picture; the answer is what `glimpse find --json` prints",
            Type::of::<FindQuery>(),
        ),
        route(
            "/api/v1/tags",
            "tags_once",
            post(h::tags),
            "Name what a picture shows; the answer is what `glimpse tags --json` prints",
            Type::of::<TagsQuery>(),
        ),
    ]
}
