//! Many who want the same at the same time.

use futures::future::join_all;
use tests::Store;

#[tokio::test]
async fn two_orders_for_the_last_article_and_one_gets_it() {
    let store = Store::start().await;
    let user = store.user().await;
    for _ in 0..5 {
        let product = store.product(5.0, 1).await;
        let wanted = [(product, 1)];
        let (one, two) = tokio::join!(store.order(user, &wanted), store.order(user, &wanted));
        store.until_all_ended(&[one, two]).await;
        let mut ends = [store.show(one).await["status"].clone(), store.show(two).await["status"].clone()];
        ends.sort_by_key(ToString::to_string);
        assert_eq!(ends, ["awaiting_payment", "cancelled"]);
        assert_eq!(store.stock(product).await, 0);
    }
    store.finish().await;
}

#[tokio::test]
async fn forty_orders_for_twenty_five_articles_in_opposite_item_order() {
    let store = Store::start().await;
    let (user, lamp, chair) = (store.user().await, store.product(5.0, 25).await, store.product(5.0, 25).await);
    let orders = join_all((0..40).map(|number| {
        let items = if number % 2 == 0 { [(lamp, 1), (chair, 1)] } else { [(chair, 1), (lamp, 1)] };
        let store = &store;
        async move { store.order(user, &items).await }
    }))
    .await;
    store.until_all_ended(&orders).await;
    assert_eq!(store.store_db.number("SELECT COUNT(*) FROM orders WHERE status = 'awaiting_payment'").await, 25);
    assert_eq!((store.stock(lamp).await, store.stock(chair).await), (0, 0));
    store.finish().await;
}

#[tokio::test]
async fn a_level_that_is_set_while_orders_take_from_it_stays_in_the_ledger() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 50).await);
    let items = [(product, 1)];
    let orders = join_all((0..30).map(|_| store.order(user, &items)));
    let levels = join_all((0..10).map(|level| store.set_stock(product, 50 + level)));
    let (orders, _) = tokio::join!(orders, levels);
    store.until_all_ended(&orders).await;
    store.finish().await;
}
