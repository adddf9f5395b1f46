//! The addresses as an OpenAPI 3.1 document, from which the UI's types are generated.

use glimpse_service::api::{
    BenchRequest, BoxKnobs, ExportFormat, Failure, LibraryQuery, LineRequest, LiveCommand, LiveOptions,
    LiveStart, LookRequest,
};
use glimpse_service::{MOST_CLIP_BYTES, MOST_PICTURE_BYTES};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::routes::{self, Route};

/// Where components lie in the document.
const SCHEMAS: &str = "/components/schemas";

/// A type on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    name: fn() -> std::borrow::Cow<'static, str>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Type {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        Self { name: T::schema_name, schema: |generator| generator.subschema_for::<T>() }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        (self.name)() == (other.name)()
    }
}

impl std::fmt::Debug for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&(self.name)())
    }
}

/// What a body holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Nothing,
    Json(Type),
    /// JSON that no type of the service describes.
    AnyJson,
    /// JSON objects, one a line.
    Events(Type),
    /// Messages of a WebSocket, as text.
    Socket(Type),
    /// A picture's file.
    Picture,
    /// A clip's file.
    Clip,
    /// A file of a media type that the request chooses.
    File,
    /// Text of this media type.
    Text(&'static str),
}

/// Schemas of what clients send, where defaults may be left out, and of what they get, where all is
/// there.
struct Generators {
    sent: SchemaGenerator,
    got: SchemaGenerator,
}

/// The document.
pub fn document() -> Value {
    let settings = || SchemaSettings::draft2020_12().with(|s| s.definitions_path = SCHEMAS.into());
    let mut generators = Generators {
        sent: settings().for_deserialize().into_generator(),
        got: settings().for_serialize().into_generator(),
    };
    let mut paths = Map::new();
    for route in routes::all() {
        let operation = operation(&route, &mut generators);
        let methods = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        methods[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    // The window's commands take what serve has in the path or in a header; nothing else is its own.
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Glimpse",
            "summary": "Reads and describes pictures, on this device",
            "description": "Every answer has the header x-request-id. What fails has a status from 400 on \
                            and a Failure as JSON; one that is busy says in Retry-After when to come again.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(generators),
            "responses": {
                "Failure": {
                    "description": "It failed",
                    "headers": { "x-request-id": { "schema": { "type": "string" } } },
                    "content": { "application/json": { "schema": reference("Failure") } },
                },
            },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, generators: &mut Generators) -> Value {
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.summary,
        "responses": { "default": { "$ref": "#/components/responses/Failure" } },
    });
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        let schema = json!({ "type": "string" });
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
    }
    if ["/api/v1/pictures", "/api/v1/clips"].contains(&route.path) || route.path.ends_with("_once") {
        let schema = json!({ "type": "string" });
        parameters.push(json!({ "name": "x-glimpse-name", "in": "header", "schema": schema }));
    }
    if let Some(query) = route.query {
        parameters.extend(query_parameters(query));
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(content) = content(route.body, &mut generators.sent) {
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    let mut answer = json!({
        "description": route.summary,
        "headers": { "x-request-id": { "schema": { "type": "string" } } },
    });
    if let Some(content) = content(route.answer, &mut generators.got) {
        answer["content"] = content;
    }
    operation["responses"][route.status.to_string()] = answer;
    operation
}

fn content(kind: Kind, generator: &mut SchemaGenerator) -> Option<Value> {
    Some(match kind {
        Kind::Nothing => return None,
        Kind::Json(of) => json!({ "application/json": { "schema": (of.schema)(generator) } }),
        Kind::AnyJson => json!({ "application/json": { "schema": { "type": "object" } } }),
        Kind::Events(of) => json!({ "application/x-ndjson": { "schema": (of.schema)(generator) } }),
        Kind::Picture => json!({
            "image/*": { "schema": { "type": "string", "format": "binary", "maxLength": MOST_PICTURE_BYTES } },
        }),
        Kind::Socket(of) => json!({ "application/json": { "schema": (of.schema)(generator) } }),
        Kind::Clip => json!({
            "video/*": { "schema": { "type": "string", "format": "binary", "maxLength": MOST_CLIP_BYTES } },
        }),
        Kind::File => json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } }),
        Kind::Text(media_type) => json!({ media_type: { "schema": { "type": "string" } } }),
    })
}

/// One parameter for each field of `query`.
fn query_parameters(query: Type) -> Vec<Value> {
    let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    let mut generator = settings.for_deserialize().into_generator();
    let schema = (query.schema)(&mut generator);
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let parameter = |(name, mut schema): (String, Value)| {
        let needed = required.contains(&name.clone().into());
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        json!({ "name": name, "in": "query", "required": needed, "description": description, "schema": schema })
    };
    properties.into_iter().map(parameter).collect()
}

/// All named types. Those of both directions are as they are sent to the server only where they are
/// a request's own.
fn schemas(generators: Generators) -> Map<String, Value> {
    let Generators { mut sent, mut got } = generators;
    got.subschema_for::<Failure>();
    got.subschema_for::<ExportFormat>();
    sent.subschema_for::<LiveStart>();
    sent.subschema_for::<LiveCommand>();
    let requests = [
        LookRequest::schema_name(),
        BenchRequest::schema_name(),
        BoxKnobs::schema_name(),
        LineRequest::schema_name(),
        LibraryQuery::schema_name(),
        LiveStart::schema_name(),
        LiveOptions::schema_name(),
    ];
    let mut all = got.take_definitions(true);
    for (name, schema) in sent.take_definitions(true) {
        if requests.iter().any(|request| *request == name) || !all.contains_key(&name) {
            all.insert(name, schema);
        }
    }
    all.into_iter().collect()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#{SCHEMAS}/{name}") })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every `$ref` in `value`.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match value {
                        Value::String(to) if key == "$ref" => drop(found.insert(to.clone())),
                        value => references(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_is_described_once() {
        let document = document();
        let mut operations = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                assert!(operations.insert(name), "{method} {path} has another's name");
                assert!(operation["responses"].as_object().unwrap().len() == 2, "{method} {path}");
            }
        }
        assert_eq!(operations.len(), routes::all().len());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for to in found {
            let pointer = to.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{to} leads nowhere");
        }
    }

    #[test]
    fn requests_may_leave_out_defaults_and_answers_have_all() {
        let document = document();
        let required = |name: &str| -> BTreeSet<String> {
            let list = &document["components"]["schemas"][name]["required"];
            list.as_array().map_or_else(BTreeSet::new, |names| {
                names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
            })
        };
        assert_eq!(required("LookRequest"), BTreeSet::from(["task".to_owned()]));
        assert!(required("BoxKnobs").is_empty() && required("LibraryQuery").is_empty());
        assert!(required("Settings").contains("keep") && required("Picture").contains("name"));
        assert!(required("Description").contains("receipt") && !required("Description").contains("text"));
    }
}
