//! The thread that answers requests: from the text as it was when the request came, and what was last known.

use super::requests::{self, Refusal, Scene};
use super::shared::Shared;
use super::texts::Texts;
use crate::evaluate::schema::Schema;
use lsp_server::{ErrorCode, Request, Response};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// A request, with the texts that it is about.
pub struct Task {
    /// The request.
    pub request: Request,
    /// The texts as they were.
    pub texts: Texts,
}

/// Answers requests in their order, until there are no more. One that was cancelled is passed over.
pub fn run(inbox: &Receiver<Task>, shared: &Arc<Shared>) {
    let schema = Schema::embedded();
    for task in inbox {
        answer(task, shared, &schema);
    }
}

/// Answers one request, if it still waits.
pub fn answer(Task { request, texts }: Task, shared: &Arc<Shared>, schema: &Schema) {
    if !shared.is_pending(&request.id) {
        return;
    }
    let found = shared.found();
    let scene = Scene { texts: &texts, found: &found, client: &shared.client, schema, shared };
    let answer = catch_unwind(AssertUnwindSafe(|| requests::answer(&scene, &request.method, request.params)));
    let response = match answer {
        Ok(Ok(result)) => Response::new_ok(request.id, result),
        Ok(Err(Refusal { code, message })) => Response::new_err(request.id, code as i32, message),
        Err(_panic) => {
            let message = format!("a bug of the server met `{}`; it goes on", request.method);
            Response::new_err(request.id, ErrorCode::InternalError as i32, message)
        }
    };
    shared.answer(response);
}
