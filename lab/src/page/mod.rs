//! `cargo stack lab`: the page by which a class watches a store being killed, and sees that nothing is lost.
//!
//! Rendered here whole, in the reader's language, and kept up to date by server-sent events; offline, without a build
//! step. Whatever it does to the store is the laboratory's to do; what must hold is the audit's to say.

mod app;
mod asker;
mod assets;
mod deeds;
mod flow;
mod gate;
mod language;
mod live;
mod look;
mod reset;
mod routes;
mod runner;
mod seen;
mod texts;
mod views;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use stack::cli::LabArgs;
use stack::{interrupt, t, term};
use tokio::net::TcpListener;

use crate::laboratory;
use app::App;
use gate::{Gate, SHORTEST_TOKEN};

/// How soon Ctrl-C is noticed, at the latest.
const POLL: Duration = Duration::from_millis(50);

/// Runs the verb: a store, and its page until Ctrl-C.
///
/// # Errors
/// It may not listen there, or the store does not start.
pub fn run(args: &LabArgs) -> Result<ExitCode> {
    let token = token(args)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let listener = runtime.block_on(bind(args.listen))?;
    let address = listener.local_addr()?;
    let parts = laboratory::parts()?;
    let current = reset::start(&parts)?;
    let app = Arc::new(App::new(parts, Gate::new(token), current));
    look::begin(&app);
    welcome(address, token.is_some());
    let served = runtime.block_on(serve(listener, &app));
    // Connections and threads end before the store does, so that none of them sees it go.
    runtime.shutdown_background();
    reset::end(&app)?;
    served?;
    Ok(ExitCode::SUCCESS)
}

/// The token, which must be there where others can reach the page.
fn token(args: &LabArgs) -> Result<Option<&str>> {
    match args.token.as_deref() {
        None if !args.listen.ip().is_loopback() => bail!(
            "{}",
            t!(
                "the page kills processes: where others can reach it, it wants --token",
                "la page tue des processus\u{a0}: là où d'autres peuvent l'atteindre, il faut --token"
            )
        ),
        Some(token) if token.chars().count() < SHORTEST_TOKEN => bail!(
            "{}",
            t!(
                "--token: at least {SHORTEST_TOKEN} characters, which nobody guesses",
                "--token\u{a0}: au moins {SHORTEST_TOKEN} caractères, que personne ne devine"
            )
        ),
        token => Ok(token),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        t!(
            "cannot listen on {address}; choose another with --listen",
            "impossible d'écouter sur {address}\u{202f}; choisissez-en une autre avec --listen"
        )
    })
}

fn welcome(address: SocketAddr, locked: bool) {
    let port = address.port();
    let here = if address.ip().is_unspecified() { format!("127.0.0.1:{port}") } else { address.to_string() };
    term::heading(&t!("The laboratory: http://{here}", "Le laboratoire\u{a0}: http://{here}"));
    if address.ip().is_unspecified() {
        term::say(&t!(
            "from elsewhere: port {port} of this machine's address",
            "d'ailleurs\u{a0}: le port {port} de l'adresse de cette machine"
        ));
    }
    if locked {
        term::say(&t!("it asks for the token", "il demande le jeton"));
    }
    term::say(&t!("Ctrl-C ends it, and the store with it", "Ctrl-C l'arrête, et le magasin avec lui"));
}

async fn serve(listener: TcpListener, app: &Arc<App>) -> Result<()> {
    let stop = app.stop.clone();
    tokio::spawn(async move {
        while !interrupt::arrived() {
            tokio::time::sleep(POLL).await;
        }
        stop.cancel();
    });
    let router = routes::router(Arc::clone(app));
    service_kit::serve::serve(listener, router, app.stop.clone()).await.context("the page")
}
