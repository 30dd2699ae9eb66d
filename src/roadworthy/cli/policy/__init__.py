"""``rw policy …`` and ``rw controls …``: every command on packs, by the module that has it."""

import typer

from roadworthy.cli.policy import bundles, catalogue, difference, drafting, prove, rego, shipped, testing, trial

app = typer.Typer(help="Policy packs: the controls as data.", no_args_is_help=True)
app.command("packs")(shipped.packs)
app.command("check")(catalogue.check)
app.command("test")(testing.run)
app.command("diff")(difference.diff)
app.command("draft")(drafting.draft)
app.command("replay")(trial.replay)
app.command("review")(bundles.review)
app.command("bundle")(bundles.bundle)
app.command("verify")(bundles.verify)
app.command("publish")(bundles.publish)
app.command("versions")(bundles.versions)
app.command("install")(bundles.install)
app.command("installed")(bundles.installed)
app.command("export-rego")(rego.export_rego)
app.command("ask-opa")(rego.ask_opa)

controls = typer.Typer(help="The controls that bind this system.", invoke_without_command=True)
controls.callback()(catalogue.controls)
controls.command("prove")(prove.prove)
