//! How far the model goes: how many orders, what people may do, and how often things may go wrong.

use clap::Args;

/// The bounds of a check. All within them is checked; what lies beyond is not.
// Each switch is one thing that people do or leave.
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Bounds {
    /// Orders that may be placed, each for two pieces of the one product
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub orders: u8,
    /// Pieces of the product that are there
    #[arg(long, default_value_t = 3)]
    pub stock: u32,
    /// Kills of a process in all, of whichever service, at whichever step
    #[arg(long, default_value_t = 1)]
    pub kills: u8,
    /// Relays that stop with rows in hand and go on when another has taken over
    #[arg(long, default_value_t = 0)]
    pub stalls: u8,
    /// Nobody cancels
    #[arg(long)]
    pub no_cancel: bool,
    /// Nobody pays, and no card is declined
    #[arg(long)]
    pub no_card: bool,
    /// No payment expires
    #[arg(long)]
    pub no_expiry: bool,
    /// No payment is made directly, beside the saga
    #[arg(long)]
    pub no_direct: bool,
    /// No order is above the payments' ceiling, and none names an unknown product
    #[arg(long)]
    pub no_refusal: bool,
}

impl Bounds {
    /// One order, all that people can do to it, and one kill. What the program checks when it is told nothing.
    pub const ONE_ORDER: Self = Self {
        orders: 1,
        stock: 3,
        kills: 1,
        stalls: 0,
        no_cancel: false,
        no_card: false,
        no_expiry: false,
        no_direct: false,
        no_refusal: false,
    };

    /// Two orders with too little stock for both, cancelled or paid at any moment.
    pub const TWO_ORDERS: Self =
        Self { orders: 2, no_expiry: true, no_direct: true, no_refusal: true, ..Self::ONE_ORDER };
}
