//! The laboratory's page: every scenario clicked through to its verdict in a real browser, in both languages; and who
//! may come in.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{LabPage, tools, wait_until};

/// Of what takes three minutes on a machine that does nothing else.
const LESSONS_LIMIT: Duration = Duration::from_mins(15);

const TOKEN: &str = "correct horse battery";

#[tokio::test]
async fn every_scenario_is_clicked_through_to_its_verdict_in_english_and_in_french() {
    let page = LabPage::start(&[]).await;
    let arguments = json!({"url": page.url, "screenshots": tools::folder("screenshots")}).to_string();
    let browser = tools::node_within(LESSONS_LIMIT, "lab.cjs", &[&arguments]).await;
    assert!(browser.status.success(), "{}\n{}", browser.output, page.said());
    page.stop().await;
}

#[tokio::test]
async fn with_a_token_nobody_comes_in_without_it_and_a_stream_ends_with_the_laboratory() {
    let page = LabPage::start(&["--token", TOKEN]).await;
    let no_redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(no_redirect).build().unwrap();
    let at = |path: &str| format!("{}{path}", page.url);
    let show = |token: &'static str| {
        let body = format!("token={}", token.replace(' ', "+"));
        let request = client.post(at("/token")).header("origin", &page.url).body(body);
        request.header("content-type", "application/x-www-form-urlencoded").send()
    };
    for path in ["/", "/workbench", "/live/workbench", "/?token=correct+horse+battory"] {
        assert_eq!(client.get(at(path)).send().await.unwrap().status(), 401, "{path}");
    }
    let kill = client.post(at("/processes/redis/kill")).header("origin", &page.url);
    assert_eq!(kill.try_clone().unwrap().send().await.unwrap().status(), 401);
    assert_eq!(show("correct horse battory").await.unwrap().status(), 401);

    let welcome = show(TOKEN).await.unwrap();
    assert_eq!((welcome.status().as_u16(), &welcome.headers()["location"]), (303, &"/".parse().unwrap()));
    let cookie = welcome.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("horse"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(client.get(at("/")).header("cookie", cookie).send().await.unwrap().status(), 200);
    assert_eq!(kill.header("cookie", cookie).send().await.unwrap().status(), 303);
    // An address with the token opens too, and leads to one without it, also for one who is in already.
    for inside in [cookie, ""] {
        let opened = client.get(at("/?token=correct+horse+battery")).header("cookie", inside).send().await.unwrap();
        assert_eq!((opened.status().as_u16(), &opened.headers()["location"]), (303, &"/".parse().unwrap()));
    }
    // Whoever guesses waits, wherever they do it.
    let began = Instant::now();
    assert_eq!(client.get(at("/?token=correct+horse+buttery")).send().await.unwrap().status(), 401);
    assert!(began.elapsed() >= Duration::from_millis(300), "a guess took {:?}", began.elapsed());

    let mut stream = client.get(at("/live/workbench")).header("cookie", cookie).send().await.unwrap();
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: {"), "{first:?}");
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = stream.chunk().await {} });
    page.stop().await;
    wait_until("the stream to end", async || if rest.is_finished() { Ok(()) } else { Err("it goes on".to_owned()) })
        .await;
}

#[tokio::test]
async fn where_others_can_reach_it_it_wants_a_token() {
    for (args, said) in [
        (vec!["lab", "--lang", "en", "--listen", "0.0.0.0:0"], "--token"),
        (vec!["lab", "--lang", "fr", "--listen", "0.0.0.0:0", "--token", "court"], "8 caractères"),
    ] {
        let ended = tests::run_to_end("store-lab", &args, &[]).await;
        assert_eq!(ended.status.code(), Some(1), "{}", ended.output);
        assert!(ended.output.contains(said), "{}", ended.output);
    }
}
