//! The extension members of problems, for clients that read them by machine.

/// The name of an extension member. None is one of RFC 9457's own (`type`, `title`, `status`, `detail`, `instance`),
/// so no problem can have a member twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// The field of the body that is wrong, such as `items[0].quantity`.
    Field,
    /// The mail address that is taken.
    Email,
    /// The code that is taken.
    Sku,
    /// A user's id.
    UserId,
    /// A product's id.
    ProductId,
    /// Ids of products.
    ProductIds,
    /// The state that an order is in.
    OrderStatus,
    /// The saga whose events tell of this.
    CorrelationId,
    /// A payment's id.
    PaymentId,
    /// The state that a payment is in.
    PaymentStatus,
    /// The entity tag of what is there now.
    Etag,
}

impl Member {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Field,
        Self::Email,
        Self::Sku,
        Self::UserId,
        Self::ProductId,
        Self::ProductIds,
        Self::OrderStatus,
        Self::CorrelationId,
        Self::PaymentId,
        Self::PaymentStatus,
        Self::Etag,
    ];

    /// The name in the JSON document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Email => "email",
            Self::Sku => "sku",
            Self::UserId => "user_id",
            Self::ProductId => "product_id",
            Self::ProductIds => "product_ids",
            Self::OrderStatus => "order_status",
            Self::CorrelationId => "correlation_id",
            Self::PaymentId => "payment_id",
            Self::PaymentStatus => "payment_status",
            Self::Etag => "etag",
        }
    }
}
