"""``rw review …`` and ``rw finding …``."""

from roadworthy.cli.reviews import deciding, finding, importing, mending, review, steps

review_app = review.app
finding_app = finding.app

review_app.command("submit")(steps.submit)
review_app.command("triage")(steps.triage)
review_app.command("assign")(steps.assign)
review_app.command("ask")(steps.ask)
review_app.command("answer")(steps.answer)
review_app.command("return")(steps.send_back)
review_app.command("pause")(steps.pause)
review_app.command("resume")(steps.resume)
review_app.command("decide")(deciding.decide)
review_app.command("withdraw")(deciding.withdraw)
review_app.command("reopen")(deciding.reopen)

finding_app.command("import")(importing.import_findings)
finding_app.command("triage")(mending.triage)
finding_app.command("confirm")(mending.confirm)
finding_app.command("dismiss")(mending.dismiss)
finding_app.command("assign")(mending.assign)
finding_app.command("start")(mending.start)
finding_app.command("fix")(mending.fix)
finding_app.command("verify")(mending.verify)
finding_app.command("close")(mending.close)
finding_app.command("accept")(mending.accept)
finding_app.command("reopen")(mending.reopen)
