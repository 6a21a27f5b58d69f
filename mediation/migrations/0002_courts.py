"""Keep whether a session's organisation was lawfully established that day; name a payment order in force."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_first_release")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="held_lawfully",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="opened by a mediator of an organisation lawfully established that day: a court may confirm",
            ),
        ),
        migrations.AlterField(
            model_name="courtstage",
            name="stage",
            field=models.CharField(
                choices=[
                    ("confirmation_applied", "Judicial confirmation applied for · 申请司法确认"),
                    ("confirmed", "Agreement confirmed · 裁定确认有效"),
                    ("rejected", "Application rejected · 裁定驳回申请"),
                    ("preservation", "Preservation before suit · 诉前保全"),
                    ("payment_order", "Payment order applied for · 申请支付令"),
                    ("payment_order_effective", "Payment order in force · 支付令生效"),
                    ("payment_order_ended", "Payment order ended by an objection · 支付令因异议失效"),
                    ("filed", "Suit filed · 立案"),
                    ("hearing", "Hearing · 开庭"),
                    ("judgment", "Judgment · 判决"),
                    ("enforcement_applied", "Enforcement applied for · 申请执行"),
                    ("enforced", "Enforced · 执行完毕"),
                ],
                max_length=24,
            ),
        ),
    ]
