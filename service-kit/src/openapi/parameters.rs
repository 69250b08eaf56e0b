//! Parameters that routes of several features take, to be named in `params(…)`.

use utoipa::IntoParams;

/// The header of requests that create.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The header of edits.
pub(super) const IF_MATCH: &str = "If-Match";
/// The header of reads whose answer has an entity tag.
pub(super) const IF_NONE_MATCH: &str = "If-None-Match";

/// What [`crate::Page`] takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// Rows of the page at most
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// The id after which the page begins: that of the last row of the page before
    pub after: Option<u64>,
}

/// What [`crate::Keyed`] takes beside its body.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyParameter {
    /// A key of your own for this request, such as a UUID: sent again with the same key and the same body, it gets
    /// the same answer and creates nothing more. Remembered for 24 hours.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    pub key: Option<String>,
}

/// What [`crate::Expected`] takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatchParameter {
    /// The `ETag` of the state that was read: the change is made only if that is still the present one
    #[param(rename = "If-Match")]
    pub etag: Option<String>,
}

/// What reads whose answer is [`crate::Tagged`] take.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfNoneMatchParameter {
    /// The `ETag` of the state that the client has: as long as it is the present one, the answer is 304 without a body
    #[param(rename = "If-None-Match")]
    pub etag: Option<String>,
}
