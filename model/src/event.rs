//! Events as the model needs them: which one, whose, of which saga. What else they say follows from the order.

use shared_events::{
    EventBody, OrderCancellationRequested, OrderCancelled, OrderCreated, OrderCreationFailed, OrderPaid,
    PAYMENT_SERVICE, PaymentCreated, PaymentCreationFailed, PaymentDeclined, PaymentExpired, PaymentRefunded,
    PaymentSucceeded, PaymentVoided, SAGA, STORE_MANAGER, SagaCompleted, SagaOutcome, StockDecreaseFailed,
    StockDecreased, StockIncreased,
};

/// The two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// store-manager.
    Store,
    /// payment-service.
    Payments,
}

impl Service {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Store, Self::Payments];

    /// Its name in the saga's map.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Store => STORE_MANAGER,
            Self::Payments => PAYMENT_SERVICE,
        }
    }
}

/// Makes the enum of kinds and all that must name each of them, from one list.
macro_rules! kinds {
    ($($event:ident),+ $(,)?) => {
        /// What happened, by the types of shared-events.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = concat!("See [`shared_events::", stringify!($event), "`].")] $event,)+
            /// See [`shared_events::SagaCompleted`]; payment-service looks at the outcome.
            SagaCompleted(SagaOutcome),
        }

        impl Kind {
            /// Its name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$event => $event::TYPE,)+
                    Self::SagaCompleted(_) => SagaCompleted::TYPE,
                }
            }
        }

        $(impl From<&$event> for Kind {
            fn from(_: &$event) -> Self {
                Self::$event
            }
        })+
    };
}

kinds! {
    OrderCreated, OrderCreationFailed, OrderCancellationRequested, OrderCancelled, OrderPaid,
    StockDecreased, StockDecreaseFailed, StockIncreased,
    PaymentCreated, PaymentCreationFailed, PaymentSucceeded, PaymentDeclined, PaymentVoided, PaymentRefunded,
    PaymentExpired,
}

impl From<&SagaCompleted> for Kind {
    fn from(end: &SagaCompleted) -> Self {
        Self::SagaCompleted(end.outcome)
    }
}

impl Kind {
    /// Whether the saga's map says that this service reacts to it. The others pass over it without a transaction.
    #[must_use]
    pub fn concerns(self, service: Service) -> bool {
        let reaction = SAGA.spec(self.name()).and_then(|spec| spec.reaction);
        reaction.is_some_and(|reaction| reaction.service == service.name())
    }
}

/// One event on its way. Two copies of one event are equal, as its id says in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event {
    /// Who emitted it.
    pub from: Service,
    /// The how manieth that service emitted for this order: with `from`, its id.
    pub number: u8,
    /// What happened.
    pub kind: Kind,
    /// The saga it belongs to, by number within its order.
    pub saga: u8,
}
