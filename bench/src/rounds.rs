//! Rounds: the sides in turn, A B A B, so that whatever else the machine does meets all of them.

use anyhow::Result;
use futures::future::LocalBoxFuture;

/// One side: measured once each time it is called.
pub(crate) type Side<'a, T> = Box<dyn FnMut() -> LocalBoxFuture<'a, Result<T>> + 'a>;

/// What each side gave in each round that counts; the first round of all warms up and does not.
pub(crate) async fn in_turn<T, const N: usize>(
    name: &str,
    rounds: u32,
    mut sides: [Side<'_, T>; N],
) -> Result<[Vec<T>; N]> {
    let mut given = [const { Vec::new() }; N];
    for round in 0..=rounds {
        // The latest line is shown beside the step of `cargo stack bench`.
        println!("{name} {round}/{rounds}");
        for (side, given) in sides.iter_mut().zip(&mut given) {
            let value = side().await?;
            if round > 0 {
                given.push(value);
            }
        }
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn sides_take_turns_and_the_first_round_does_not_count() {
        let log = Mutex::new(String::new());
        let side = |name: char| -> Side<'_, usize> {
            let log = &log;
            Box::new(move || {
                async move {
                    let mut log = log.lock().unwrap();
                    log.push(name);
                    Ok(log.len())
                }
                .boxed_local()
            })
        };
        let given = in_turn("reads", 2, [side('a'), side('b')]).await.unwrap();
        assert_eq!(log.lock().unwrap().as_str(), "ababab");
        assert_eq!(given, [vec![3, 5], vec![4, 6]]);
    }

    #[tokio::test]
    async fn one_failure_ends_all() {
        let side: Side<'_, ()> = Box::new(|| async { anyhow::bail!("503") }.boxed_local());
        assert_eq!(in_turn("reads", 3, [side]).await.unwrap_err().to_string(), "503");
    }
}
