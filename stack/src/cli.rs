//! The command line: the verbs and their help texts in both languages; the options stand in `args.rs`.

mod args;

use clap::{ArgAction, Parser, Subcommand};

pub use args::{
    AuditArgs, BenchArgs, CrashArgs, DemoArgs, DoctorArgs, LabArgs, LogsArgs, PrepareArgs, ReplayArgs, TestArgs,
    UpArgs, WithReports,
};

use crate::lang::pick;

const TEMPLATE_EN: &str = "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}";
const TEMPLATE_FR: &str = "{about-with-newline}\nUtilisation\u{a0}: {usage}\n\n{all-args}{after-help}";

/// `cargo stack`.
#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo stack",
    about = pick(
        "The whole store on one machine: starts it, shows it, tests it.",
        "Tout le magasin sur une seule machine\u{a0}: démarrage, observation, tests."
    ),
    after_help = pick(
        "What is missing (MariaDB, Redis, Java, Kafka, a C compiler, for tests a browser too) is set up where apt can do it, else named.\n\
         Everything a verb starts ends with it, also when it is killed.\n\
         Exit codes: 0 all is well; 1 it is not, and the last line says why; 2 wrong usage; 130 interrupted.",
        "Ce qui manque (MariaDB, Redis, Java, Kafka, un compilateur C, pour les tests aussi un navigateur) est installé par apt si possible, sinon signalé.\n\
         Tout ce qu'un verbe démarre s'arrête avec lui, même s'il est tué.\n\
         Codes de sortie\u{a0}: 0 tout va bien\u{202f}; 1 il y a un problème, que la dernière ligne explique\u{202f}; 2 usage incorrect\u{202f}; 130 interrompu."
    ),
    help_template = pick(TEMPLATE_EN, TEMPLATE_FR),
    subcommand_help_heading = pick("Verbs", "Verbes"),
    subcommand_value_name = pick("VERB", "VERBE"),
    disable_help_flag = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,

    /// The language; read before all else by [`crate::lang::choose`], and here to be known.
    #[arg(
        long, global = true, value_name = "en|fr", value_parser = ["en", "fr"], hide_possible_values = true,
        help = pick("The language [default: that of LC_ALL, LC_MESSAGES or LANG]", "La langue [par défaut\u{a0}: celle de LC_ALL, LC_MESSAGES ou LANG]")
    )]
    pub lang: Option<String>,

    #[arg(short, long, global = true, action = ArgAction::Help, help = pick("Explains the verb and its options", "Explique le verbe et ses options"))]
    help: Option<bool>,
}

/// What `cargo stack` can do.
#[derive(Debug, Subcommand)]
#[command(disable_help_flag = true)]
pub enum Verb {
    #[command(
        about = pick("Starts the store and keeps it running until Ctrl-C", "Démarre le magasin et le garde en marche jusqu'à Ctrl-C"),
        after_help = pick(
            "Data stays in .stack/ from one time to the next (see `cargo stack reset`). What dies is started again.\n\
             Exit codes: 0 stopped by Ctrl-C or SIGTERM; 1 it could not start; 130 interrupted while starting.",
            "Les données restent dans .stack/ d'un démarrage à l'autre (voir `cargo stack reset`). Un processus qui s'arrête est redémarré.\n\
             Codes de sortie\u{a0}: 0 arrêté par Ctrl-C ou SIGTERM\u{202f}; 1 démarrage impossible\u{202f}; 130 interrompu pendant le démarrage."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Up(UpArgs),

    #[command(
        about = pick("Tells the story: good orders, refused orders, two kills, and the audit", "Raconte l'histoire\u{a0}: bonnes commandes, refus, deux arrêts brutaux, et l'audit"),
        after_help = pick(
            "Runs in a store of its own (temporary folder, free ports), so it can be repeated, and beside `up`.\n\
             Exit codes: 0 every claim holds; 1 one does not, shown with what was expected and where the logs are.",
            "Se déroule dans un magasin à part (dossier temporaire, ports libres)\u{a0}: on peut la répéter, même pendant que `up` tourne.\n\
             Codes de sortie\u{a0}: 0 toutes les affirmations sont vérifiées\u{202f}; 1 l'une ne l'est pas\u{a0}: ce qui était attendu est affiché, avec le chemin des journaux."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Demo(DemoArgs),

    #[command(
        about = pick("Runs all tests of the workspace on real servers", "Exécute tous les tests sur de vrais serveurs"),
        after_help = pick(
            "Servers get free ports and a temporary folder; tests find them through TEST_DATABASE_URL,\n\
             TEST_REDIS_URL, TEST_KAFKA_BROKERS, TEST_STACK_DIR, TEST_BIN_DIR, TEST_MARIADBD,\n\
             TEST_REDIS_SERVER, TEST_JAVA, TEST_KAFKA_LIB, TEST_GATEWAY, and the tools they run (newman, schemathesis,\n\
             a browser …) through TEST_NEWMAN, TEST_SCHEMATHESIS, TEST_CHROMIUM …\n\
             Exit codes: that of cargo test (0 all passed, 101 some failed); 1 it could not begin.",
            "Les serveurs ont des ports libres et un dossier temporaire\u{202f}; les tests les trouvent grâce à TEST_DATABASE_URL,\n\
             TEST_REDIS_URL, TEST_KAFKA_BROKERS, TEST_STACK_DIR, TEST_BIN_DIR, TEST_MARIADBD,\n\
             TEST_REDIS_SERVER, TEST_JAVA, TEST_KAFKA_LIB, TEST_GATEWAY, et les outils qu'ils utilisent (newman, schemathesis,\n\
             un navigateur …) grâce à TEST_NEWMAN, TEST_SCHEMATHESIS, TEST_CHROMIUM …\n\
             Codes de sortie\u{a0}: celui de cargo test (0 tout réussit, 101 certains échouent)\u{202f}; 1 les tests n'ont pas pu commencer."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Test(TestArgs),

    #[command(
        about = pick("Posts real baskets as orders and compares the outcome to the cent", "Envoie de vrais paniers comme commandes et compare le résultat au cent près"),
        after_help = pick(
            "The folder holds products.csv, basket_lines.csv and expected.json. Uses the store of `up` if one runs\n\
             here, else a temporary one. An order that fails for want of stock is reported with its reason.\n\
             The store's own two reports are compared as well, unless it had orders before.\n\
             Exit codes: 0 counts, totals, rankings and reports are as expected; 1 they differ, or the folder is not usable.",
            "Le dossier contient products.csv, basket_lines.csv et expected.json. Utilise le magasin de `up` s'il tourne\n\
             ici, sinon un magasin temporaire. Une commande qui échoue faute de stock est signalée avec son motif.\n\
             Les deux rapports du magasin sont comparés aussi, sauf s'il avait déjà des commandes.\n\
             Codes de sortie\u{a0}: 0 nombres, totaux, classements et rapports conformes\u{202f}; 1 ils diffèrent, ou le dossier est inutilisable."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Replay(ReplayArgs),

    #[command(
        about = pick("Shows what runs here: processes, ports, memory, open sagas", "Montre ce qui tourne ici\u{a0}: processus, ports, mémoire, sagas en cours"),
        after_help = pick("Exit codes: 0 a store runs; 1 none does.", "Codes de sortie\u{a0}: 0 un magasin tourne\u{202f}; 1 aucun."),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Status,

    #[command(
        about = pick("Shows the logs of `up`", "Montre les journaux de `up`"),
        after_help = pick("Exit codes: 0; 1 there is no such log.", "Codes de sortie\u{a0}: 0\u{202f}; 1 ce journal n'existe pas."),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Logs(LogsArgs),

    #[command(
        about = pick("Deletes the data and logs of `up`", "Efface les données et les journaux de `up`"),
        after_help = pick("Exit codes: 0 deleted; 1 a store runs here, stop it first.", "Codes de sortie\u{a0}: 0 effacé\u{202f}; 1 un magasin tourne ici, à arrêter d'abord."),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Reset,

    #[command(
        about = pick("Audits the store of `up`: stock, payments, sagas, outboxes", "Audite le magasin de `up`\u{a0}: stock, paiements, sagas, outboxes"),
        after_help = pick("Exit codes: 0 all lines are good; 1 one is not, or no store runs.", "Codes de sortie\u{a0}: 0 toutes les lignes sont bonnes\u{202f}; 1 l'une ne l'est pas, ou aucun magasin ne tourne."),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Audit(AuditArgs),

    #[command(
        about = pick("Measures the store beside the bare limit of this machine", "Mesure le magasin à côté de la limite nue de cette machine"),
        after_help = pick(
            "Runs in a store of its own (temporary folder, free ports) and measures store and limit in turn, round by\n\
             round, so that what else the machine does meets both (docs/bench.md). A promise that is\n\
             missed is shown. Exit codes: 0 measured, whatever the figures; 1 an answer was no success,\n\
             the audit found a fault, or it could not begin.",
            "Se déroule dans un magasin à part (dossier temporaire, ports libres) et mesure le magasin et la limite tour à\n\
             tour, pour que les autres activités de la machine touchent les deux (docs/bench.md). Une promesse\n\
             manquée est signalée. Codes de sortie\u{a0}: 0 mesuré, quels que soient les\n\
             chiffres\u{202f}; 1 une réponse n'était pas un succès, l'audit a trouvé une faute, ou départ impossible."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Bench(BenchArgs),

    #[command(
        about = pick("Kills the store at every named instruction, and proves that nothing is lost", "Tue le magasin à chaque instruction nommée, et prouve que rien n'est perdu"),
        after_help = pick(
            "Each case runs a saga, kills something at a named instruction, lets it be started again, waits for the end,\n\
             and audits (docs/laboratory.md). A case that fails prints the command that repeats it.\n\
             Exit codes: 0 every case holds; 1 one does not.",
            "Chaque cas déroule une saga, tue quelque chose à une instruction nommée, le laisse redémarrer, attend la fin\n\
             et contrôle (docs/laboratory.md). Un cas qui échoue affiche la commande qui le répète.\n\
             Codes de sortie\u{a0}: 0 chaque cas tient\u{202f}; 1 l'un ne tient pas."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Crash(CrashArgs),

    #[command(
        about = pick("Serves the laboratory's page: kill the store in front of a class", "Sert la page du laboratoire\u{a0}: tuez le magasin devant une classe"),
        after_help = pick(
            "Runs in a store of its own (temporary folder, free ports) until Ctrl-C. The page kills processes, so it is for\n\
             this machine alone unless --listen says otherwise, and then asks for the token.\n\
             Exit codes: 0 stopped by Ctrl-C or SIGTERM; 1 it could not start.",
            "Se déroule dans un magasin à part (dossier temporaire, ports libres) jusqu'à Ctrl-C. La page tue des processus\u{a0}:\n\
             elle n'est que pour cette machine, sauf avec --listen, et demande alors le jeton.\n\
             Codes de sortie\u{a0}: 0 arrêté par Ctrl-C ou SIGTERM\u{202f}; 1 démarrage impossible."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Lab(LabArgs),

    #[command(
        about = pick("Says what this machine has and lacks, and how to get it", "Dit ce que cette machine a, ce qui lui manque, et comment l'obtenir"),
        after_help = pick("Exit codes: 0 nothing is missing; 1 something is.", "Codes de sortie\u{a0}: 0 rien ne manque\u{202f}; 1 quelque chose manque."),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Doctor(DoctorArgs),

    #[command(
        about = pick("For developers: records the SQL queries in .sqlx/, after a change of SQL", "Pour les développeurs\u{a0}: enregistre les requêtes SQL dans .sqlx/, après un changement de SQL"),
        after_help = pick(
            "Applies all migrations to a temporary database and lets sqlx check every query against it.\n\
             Exit codes: 0 done, or with --check up to date; 1 a query is wrong, or with --check out of date.",
            "Applique les migrations à une base temporaire, contre laquelle sqlx vérifie chaque requête.\n\
             Codes de sortie\u{a0}: 0 fait, ou avec --check à jour\u{202f}; 1 une requête est incorrecte, ou avec --check périmée."
        ),
        help_template = pick(TEMPLATE_EN, TEMPLATE_FR)
    )]
    #[allow(missing_docs, reason = "the help text says it")]
    Prepare(PrepareArgs),
}
