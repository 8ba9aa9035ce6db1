"""Writes the logs of Lightning and of Hugging Face's Trainer, as write_logs.py does: write_torch_logs.py OUT.

They need torch, whose wheels are gigabytes: what this script wrote lies in torchlogs/, made once by the versions that
the truth names.
"""
import importlib.metadata
import json
import pathlib
import sys
import warnings

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from write_logs import CONFIGS, EPOCHS, digits, version

warnings.filterwarnings("ignore")


def data():
    xt, xv, yt, yv = digits()
    t = lambda x, y: torch.utils.data.TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))
    return t(xt, yt), t(xv, yv)


def lightning(out):
    import lightning as L

    class Linear(L.LightningModule):
        def __init__(self, lr, batch, max_epochs):
            super().__init__()
            self.save_hyperparameters()
            self.net = nn.Linear(64, 10)
            self.seen = []

        def training_step(self, b, i):
            loss = nn.functional.cross_entropy(self.net(b[0]), b[1])
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, b, i):
            self.log("val_acc", (self.net(b[0]).argmax(1) == b[1]).float().mean())

        def on_validation_epoch_end(self):
            if not self.trainer.sanity_checking:
                self.seen.append(float(self.trainer.callback_metrics["val_acc"]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

    runs = []
    train, val = data()
    for i, c in enumerate(CONFIGS[:2]):
        L.seed_everything(c["seed"], verbose=False)
        m = Linear(c["alpha"] * 10, c["batch"], EPOCHS)
        logger = L.pytorch.loggers.CSVLogger(str(out), name="digits")
        L.Trainer(max_epochs=EPOCHS, accelerator="cpu", logger=logger, log_every_n_steps=5, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False).fit(
            m, torch.utils.data.DataLoader(train, c["batch"], shuffle=True), torch.utils.data.DataLoader(val, len(val))
        )
        runs.append({"id": f"digits/version_{i}", "config": {"lr": c["alpha"] * 10, "batch": c["batch"]},
            "epochs": list(range(1, EPOCHS + 1)), "metrics": {"val_acc": m.seen}})
    return {"runs": runs, "version": f"lightning {version('lightning')}, torch {version('torch')}"}


def huggingface(out):
    import numpy as np
    from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments
    from transformers.modeling_outputs import SequenceClassifierOutput

    class Net(PreTrainedModel):
        config_class = PretrainedConfig

        def __init__(self, config):
            super().__init__(config)
            self.net = nn.Linear(64, 10)
            self.post_init()

        def _init_weights(self, module):
            pass

        def forward(self, x, labels=None):
            logits = self.net(x)
            return SequenceClassifierOutput(loss=nn.functional.cross_entropy(logits, labels), logits=logits)

    class Rows(torch.utils.data.Dataset):
        def __init__(self, data):
            self.data = data

        def __len__(self):
            return len(self.data)

        def __getitem__(self, i):
            x, y = self.data[i]
            return {"x": x, "labels": y}

    runs = []
    train, val = map(Rows, data())
    for i, c in enumerate(CONFIGS[:2]):
        args = TrainingArguments(
            str(out / f"run{i}"), num_train_epochs=EPOCHS, per_device_train_batch_size=c["batch"],
            learning_rate=c["alpha"] * 10, seed=c["seed"], logging_steps=5, eval_strategy="epoch",
            save_strategy="epoch", save_total_limit=1, report_to=[], use_cpu=True, disable_tqdm=True,
        )
        t = Trainer(Net(PretrainedConfig()), args, train_dataset=train, eval_dataset=val,
            compute_metrics=lambda p: {"accuracy": float((np.argmax(p.predictions, 1) == p.label_ids).mean())})
        t.train()
        t.save_state()
        (out / f"run{i}" / "training_args.json").write_text(args.to_json_string())
        evals = [h for h in t.state.log_history if "eval_accuracy" in h]
        losses = [h for h in t.state.log_history if "loss" in h]
        runs.append({
            "id": f"run{i}", "config": {"learning_rate": c["alpha"] * 10, "per_device_train_batch_size": c["batch"]},
            "seconds": t.state.log_history[-1]["train_runtime"], "epochs": [h["epoch"] for h in evals],
            "metrics": {"eval_accuracy": [h["eval_accuracy"] for h in evals]},
            "loss": {"epochs": [h["epoch"] for h in losses], "values": [h["loss"] for h in losses]},
        })
    import os
    for p in out.rglob("*"):  # weights and pickles are large and not read
        if p.is_file() and p.suffix not in (".json",):
            os.unlink(p)
    return {"runs": runs, "version": f"transformers {version('transformers')}, torch {version('torch')}"}


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1]).resolve()
    for tool in (lightning, huggingface):
        folder = out / tool.__name__
        folder.mkdir(parents=True)
        (out / f"{tool.__name__}.json").write_text(json.dumps(tool(folder)))
