//! What is asked about orders.

mod get_order;
mod list_orders;
mod order_timeline;
mod overdue_sagas;

pub(crate) use get_order::view;
pub use get_order::{OrderView, get_order};
pub use list_orders::{OrderFilter, list_orders};
pub use order_timeline::{Timeline, order_timeline};
pub use overdue_sagas::{OverdueSaga, overdue_sagas};
