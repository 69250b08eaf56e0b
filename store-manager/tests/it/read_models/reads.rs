//! What reads meet in Redis that should not be there.

use store_manager::read_models::Checked;

use super::models::{busy_store, prefix, until_equal, watched};
use super::spoil;
use crate::wait::wait_until;

/// No event comes here, and nobody asks for a check.
#[tokio::test]
async fn a_key_of_the_wrong_type_that_a_read_meets_is_repaired_and_counted() {
    let (store, _) = busy_store().await;
    let (product, entry) = (Checked { products: 1, entries: 0 }, Checked { products: 0, entries: 1 });
    for (name, found) in [("product:1", product), ("products", entry), ("live:spenders", entry), ("users", entry)] {
        let prefix = prefix("met");
        let (models, stop) = watched(&store, &prefix);
        until_equal(&store, &models).await;
        spoil(&prefix, name).await;
        assert_eq!(models.products(&[1]).await.unwrap()[&1].id, 1, "{name}");
        assert!(!models.highest_spenders(10).await.unwrap().value.is_empty(), "{name}");
        assert_eq!(models.stock_overview(10).await.unwrap().value.len(), 2, "{name}");
        wait_until(format_args!("{name} to be repaired"), async || {
            let drift = models.drift().await.unwrap();
            if drift == found { Ok(()) } else { Err(format!("{drift:?}")) }
        })
        .await;
        until_equal(&store, &models).await;
        stop.cancel();
    }
    store.finish().await;
}
