//! How the page looks: one column, readable on a phone, by day and by night. No font and no picture is loaded.

/// Named by its hash in the page's policy.
pub(super) const STYLE: &str = "
:root {
  --ink: #1c2430; --faint: #55606e; --paper: #f4f5f7; --card: #fff; --line: #c9cfd8;
  --accent: #0b57a4; --on-accent: #fff; --good: #0a6b3d; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ebf0; --faint: #a9b3c1; --paper: #14181e; --card: #1e242d; --line: #46505e;
    --accent: #8ec2ff; --on-accent: #0b1b2e; --good: #6fd3a0; --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main {
  max-width: 30rem; margin: 0 auto; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem;
}
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--faint); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
dt:first-child, .amount { align-self: center; }
.amount { font-size: 1.5rem; font-weight: 700; }
.field { margin: 0 0 1rem; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; }
label { display: block; font-weight: 600; }
.hint { display: block; color: var(--faint); font-size: .875rem; }
.wrong { display: block; color: var(--bad); font-size: .9375rem; font-weight: 600; }
input {
  width: 100%; margin-top: .25rem; padding: .625rem .75rem; font: inherit; font-variant-numeric: tabular-nums;
  color: inherit; background: var(--card); border: 1px solid var(--faint); border-radius: .5rem;
}
input[aria-invalid=true] { border: 2px solid var(--bad); }
button {
  width: 100%; padding: .75rem 1rem; font: inherit; font-weight: 700; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer;
}
button:hover { filter: brightness(1.1); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { margin: 0 0 1.25rem; padding: .75rem 1rem; border-left: .375rem solid var(--faint); background: var(--paper); }
.notice > :last-child { margin-bottom: 0; }
.good { border-color: var(--good); }
.bad { border-color: var(--bad); }
.test { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .875rem; }
.test ul { margin: 0; padding: 0; list-style: none; }
.test li { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
.test li span { text-align: right; }
code { font: .875rem/1.5 ui-monospace, monospace; color: var(--ink); white-space: nowrap; }
footer { max-width: 30rem; margin: 1rem auto 0; color: var(--faint); font-size: .875rem; text-align: center; }
@media (max-width: 25rem) { body { padding: .5rem; } main { padding: 1rem; } }
";
