import pulumi
from pulumi_classification_rate import (
    ClassificationRate,
    ModelConfigArgs,
    ModelDefaultsArgs,
    OwnedLogGroupArgs,
)

watched = ClassificationRate(
    "classification-rate",
    defaults=ModelDefaultsArgs(
        email=["ml-team@example.com"],
        threshold=90,
        create_log_group=OwnedLogGroupArgs(retention_days=30),
    ),
    models={
        "churn": ModelConfigArgs(log_group="/models/churn"),
        "fraud": ModelConfigArgs(log_group="/models/fraud", threshold=97.5, silence="6h"),
    },
)

pulumi.export("models", watched.models)
pulumi.export("confirmations", watched.confirmations)
