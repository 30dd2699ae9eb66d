"""``rw policy …`` and ``rw controls …``: every command on packs, by the module that has it."""

import typer

from roadworthy.cli.policy import bundles, catalogue, difference, drafting, prove, rego, replay, shipped, testing

app = typer.Typer(help="Policy packs: the controls as data.", no_args_is_help=True)
# In the order in which a pack lives: written, tried, reviewed, handed on, installed.
app.command("packs")(shipped.packs)
app.command("draft")(drafting.draft)
app.command("check")(catalogue.check)
app.command("test")(testing.run)
app.command("diff")(difference.diff)
app.command("replay")(replay.replay)
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
