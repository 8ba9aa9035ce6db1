"""Meters against scripts: a libnvidia-ml that plays one, a powercap tree, an amdsmi, hwmon files, a Zeus, a
CodeCarbon.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import types
import warnings

import pytest

import eahas
from eahas.logger.amd import Amdsmi, Hwmon
from eahas.logger.choose import choose
from eahas.logger.measuring import Measuring, idle_watts
from eahas.logger.meter import Device, MeterError, Reading
from eahas.logger.model import CodeCarbon
from eahas.logger.nvml import Nvml
from eahas.logger.powercap import Powercap
from eahas.logger.tally import Tally
from eahas.logger.zeus import Zeus

HERE = pathlib.Path(__file__).parent


def header(run):
    with open(run.path, encoding="utf-8") as f:
        return json.loads(f.readline())


# ---- NVML


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    cc = shutil.which("cc")
    if cc is None:
        if os.environ.get("CI") == "true":
            pytest.fail("needs a C compiler for the scripted NVML")
        pytest.skip("needs a C compiler for the scripted NVML")
    out = tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1"
    subprocess.run([cc, "-shared", "-fPIC", "-Wall", "-Werror", "-o", out, HERE / "fake_nvml.c"], check=True)
    return out


@pytest.fixture
def gpus(library, tmp_path, monkeypatch):
    """Writes scripts and opens NVML. The first reading of a counter is the one that finds out that there is one."""
    for variable in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(variable, raising=False)
    opened = []

    def make(*scripts, names=None):
        folder = tmp_path / "gpus"
        folder.mkdir(exist_ok=True)
        for i, script in enumerate(scripts):
            name = names[i] if names else "NVIDIA Fake 100"
            (folder / f"gpu{i}").write_text("\n".join([f"GPU-{i}{i}aa-bb", name, *script.split(",")]) + "\n")
        monkeypatch.setenv("FAKE_NVML", str(folder))
        meter = Nvml(str(library))
        opened.append(meter)
        return meter

    yield make
    for meter in opened:
        meter.close()


def test_nvml_energy(gpus, tmp_path):
    meter = gpus("E 1000,E 1000,E 3500,E 9000", "E 0,E 0,E 500,E 700")
    with eahas.log(tmp_path, energy=meter) as run:
        run.epoch(acc=0.1)
        run.epoch(acc=0.2)
    read = eahas.read_log(run.path)
    assert [e.joules for e in read.epochs] == [2.5 + 0.5, 8.0 + 0.7]
    assert read.epochs[1].devices["gpu0"]["joules"] == 8.0 and read.epochs[1].devices["gpu1"]["samples"] == 3
    assert read.training_joules == 8.7
    assert header(run)["energy"] == {"source": "counter", "tool": "nvml"}
    assert header(run)["devices"]["gpu1"] == {
        "kind": "gpu",
        "name": "NVIDIA Fake 100",
        "source": "counter",
        "tool": "nvml",
        "scope": "device",
        "uuid": "GPU-11aa-bb",
        "power_limit_watts": 300.0,
    }


def test_nvml_preparation_is_not_training(gpus, tmp_path):
    with eahas.log(tmp_path, energy=gpus("E 0,E 0,E 4000,E 5000,E 9000")) as run:
        run.begin()
        run.epoch(acc=1)
    read = eahas.read_log(run.path)
    assert read.training_joules == 1.0 and read.last["joules"] == 9.0


def test_nvml_error_in_the_middle(gpus, tmp_path):
    """GPU_IS_LOST (15) at one epoch: no joules there; the counter catches up at the next."""
    with eahas.log(tmp_path, energy=gpus("E 0,E 0,E 1000,X 15,E 3000,X 999")) as run:
        for _ in range(3):
            run.epoch(acc=1)
    read = eahas.read_log(run.path)
    assert [e.joules for e in read.epochs] == [1.0, None, 3.0]
    assert read.epochs[1].devices["gpu0"]["joules"] == 1.0  # as of the last reading, with the time that it covers
    assert read.epochs[1].devices["gpu0"]["seconds"] < read.epochs[1].seconds
    assert read.last["devices"]["gpu0"]["failures"] == 2 and "joules" not in read.last


def test_nvml_reset(gpus, tmp_path):
    """The driver was loaded anew: what lies before is lost and its time is not covered."""
    with eahas.log(tmp_path, energy=gpus("E 90000,E 90000,E 91000,E 200,E 700")) as run:
        for _ in range(3):
            run.epoch(acc=1)
            time.sleep(0.02)
    read = eahas.read_log(run.path)
    assert [e.joules for e in read.epochs] == [1.0, 1.2, 1.7]
    gpu = read.epochs[2].devices["gpu0"]
    assert gpu["resets"] == 1 and gpu["seconds"] < read.epochs[2].seconds - 0.015


def test_nvml_fails_at_first(gpus, tmp_path):
    """A card that cannot be read when the run begins is not taken for one without a counter."""
    with eahas.log(tmp_path, energy=gpus("X 15,X 15,E 5000,E 6000")) as run:
        run.epoch(acc=1)
        run.epoch(acc=1)
    assert [e.joules for e in eahas.read_log(run.path).epochs] == [0.0, 1.0]


def test_nvml_absent(library, gpus, monkeypatch, tmp_path):
    with pytest.raises(MeterError, match="cannot be loaded"):
        Nvml("/nowhere/libnvidia-ml.so.1")
    with pytest.raises(MeterError, match="no visible GPU"):
        gpus()  # a driver without a card
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(MeterError, match="no visible GPU"):
        gpus("E 0")


@pytest.mark.parametrize(
    "setting, ids",
    [
        ("1", ["gpu1"]),
        ("2,0", ["gpu2", "gpu0"]),
        ("GPU-11", ["gpu1"]),
        ("0,7,1", ["gpu0"]),  # an entry that names no GPU ends the list, as in CUDA
        ("0,0", ["gpu0"]),
        (" 1 , 2", ["gpu1", "gpu2"]),
        ("MIG-2", ["gpu2"]),
    ],
)
def test_nvml_visible(gpus, monkeypatch, setting, ids):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", setting)
    meter = gpus("E 0", "E 0", "E 0")
    assert [d.id for d in meter.devices] == ids
    if setting.startswith("MIG"):
        assert meter.devices[0].scope == "machine" and meter.devices[0].more == {"mig": ["MIG-2"]}


def test_nvml_different_gpus_by_number(gpus, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.warns(UserWarning, match="CUDA_DEVICE_ORDER=PCI_BUS_ID"):
        gpus("E 0", "E 0", names=["A", "B"])
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gpus("E 0", "E 0", names=["A", "B"])


def test_nvml_power_samples(gpus, tmp_path):
    """A GPU before Volta has no counter: 100 W for as long as the run lasts."""
    meter = gpus("P 100000")
    assert meter.devices[0].source == "samples"
    with eahas.log(tmp_path, energy=meter, interval=0.01) as run:
        time.sleep(0.3)
        run.epoch(acc=1)
    read = eahas.read_log(run.path)
    # the first and the last sample are taken some milliseconds off the clock's ends, on a busy machine tens
    assert read.epochs[0].joules == pytest.approx(100 * read.epochs[0].seconds, abs=100 * 0.05)
    assert read.epochs[0].devices["gpu0"]["samples"] > 10
    assert header(run)["energy"] == {"source": "samples", "tool": "nvml", "interval": 0.01}


def test_nvml_neither(gpus):
    with pytest.raises(MeterError, match="energy or power"):
        gpus("X 3")


def test_nvml_some_gpus(gpus, tmp_path):
    """The training uses one of two visible cards: the other's joules are not its own."""
    with eahas.log(tmp_path, energy=gpus("E 0,E 0,E 1000", "E 0,E 0,E 7000"), gpus=[1]) as run:
        run.epoch(acc=1)
    assert list(header(run)["devices"]) == ["gpu1"]
    assert eahas.read_log(run.path).epochs[0].joules == 7.0
    for wrong in ([2], [0, 0], [-1]):
        with pytest.raises(ValueError, match="2 can be measured"):
            eahas.log(tmp_path, energy=gpus("E 0", "E 0"), gpus=wrong)


# ---- sums


def tally(source="counter", wrap=None):
    return Tally(Device("d", "cpu", "", source, "", wrap_joules=wrap))


def test_tally_wraps():
    t = tally(wrap=100.0)
    for now, value in [(0, 90), (1, 5), (2, 40), (3, 39)]:
        t.add(now, value)
    # 90 to 5 is a wrap: 15. 5 to 40: 35. 40 to 39 would be a wrap of 99 of 100: a reset, after which 39 were used.
    assert (t.joules, t.seconds, t.resets) == (15 + 35 + 39, 2, 1)


def test_tally_samples():
    t = tally("samples")
    for now, value in [(0, 10), (1, 30), (10, 50), (11, 40)]:
        t.add(now, value)
    assert (t.joules, t.seconds, t.samples) == (20 + 45, 2, 4)  # the gap of 9 s is not covered


# ---- RAPL


def zone(root, name, zone_name, energy, wrap=262143328850):
    folder = root / name
    folder.mkdir(parents=True)
    for file, value in (("name", zone_name), ("energy_uj", energy), ("max_energy_range_uj", wrap)):
        (folder / file).write_text(f"{value}\n")
    return folder / "energy_uj"


def test_powercap(tmp_path):
    root = tmp_path / "powercap"
    package = zone(root, "intel-rapl:0", "package-0", 262143000000)
    memory = zone(root, "intel-rapl:0:1", "dram", 500000)
    for name, zone_name in [
        ("intel-rapl:0:0", "core"),  # a part of the package
        ("intel-rapl:1", "psys"),  # contains the package
        ("intel-rapl-mmio:0", "package-0"),  # the package once more
        ("dtpm", "soc"),
    ]:
        zone(root, name, zone_name, 1)
    zone(root, "intel-rapl:2", "package-1-die-0", 7)
    meter = Powercap(str(root))
    assert [(d.id, d.kind) for d in meter.devices] == [("cpu0", "cpu"), ("dram0.1", "dram"), ("cpu2", "cpu")]
    with eahas.log(tmp_path, energy=meter) as run:
        package.write_text("1000000\n")  # it wrapped at 262143.328850 J
        memory.write_text("1500000\n")
        run.epoch(acc=1)
        package.write_text("")  # the file is there but says nothing
        run.epoch(acc=1)
        package.write_text("3000000\n")
        run.epoch(acc=1)
    read = eahas.read_log(run.path)
    assert [e.joules for e in read.epochs] == [pytest.approx(1.32885 + 1.0), None, pytest.approx(3.32885 + 1.0)]
    assert header(run)["devices"]["cpu0"]["wrap_joules"] == 262143.32885
    assert header(run)["energy"]["interval"] == 30.0


def test_powercap_that_wraps_fast_is_read_between(tmp_path):
    """A range of 4 J would wrap unseen between two epochs."""
    root = tmp_path / "powercap"
    package = zone(root, "intel-rapl:0", "package-0", 0, wrap=4000000)
    measuring = Measuring(Powercap(str(root)), None)
    assert measuring.interval == pytest.approx(0.001)
    measuring.start()
    for i in range(1, 13):
        package.with_suffix(".new").write_text(str(i * 1000000 % 4000000))
        os.replace(package.with_suffix(".new"), package)
        seen = measuring.sums()["devices"]["cpu0"]["samples"]
        while measuring.sums()["devices"]["cpu0"]["samples"] < seen + 2:  # one of them began after the file changed
            time.sleep(0.001)
    assert measuring.sums()["joules"] == 12.0
    measuring.close()


def test_powercap_absent_or_denied(tmp_path, monkeypatch):
    with pytest.raises(MeterError, match="no RAPL"):
        Powercap(str(tmp_path / "none"))
    root = tmp_path / "powercap"
    energy = zone(root, "intel-rapl:0", "package-0", 5)
    energy.unlink()
    energy.mkdir()  # root may read everything: a folder cannot be read by anybody
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(MeterError, match="chmod a\\+r"):
        Powercap(str(root))


# ---- AMD


def amdsmi(key, count=1):
    smi = types.ModuleType("amdsmi")
    smi.steps = 0
    smi.calls = []

    def energy(handle):
        smi.steps += 1000
        return {key: smi.steps, "counter_resolution": 15.3, "timestamp": 0}

    smi.amdsmi_init = lambda: smi.calls.append("init")
    smi.amdsmi_shut_down = lambda: smi.calls.append("shut down")
    smi.amdsmi_get_processor_handles = lambda: [object() for _ in range(count)]
    smi.amdsmi_get_gpu_device_uuid = lambda h: "aaff-73bf"
    smi.amdsmi_get_gpu_asic_info = lambda h: {"market_name": "AMD Instinct MI210"}
    smi.amdsmi_get_energy_count = energy
    return smi


@pytest.mark.parametrize("key", ["energy_accumulator", "power"])
def test_amdsmi(tmp_path, monkeypatch, key):
    smi = amdsmi(key)
    monkeypatch.setitem(sys.modules, "amdsmi", smi)
    with eahas.log(tmp_path, energy="amd") as run:
        run.epoch(acc=1)
    assert eahas.read_log(run.path).epochs[0].joules == pytest.approx(1000 * 15.3e-6)
    assert header(run)["energy"]["tool"] == "amdsmi" and smi.calls == ["init", "shut down"]
    monkeypatch.setenv("HIP_VISIBLE_DEVICES", "")
    with pytest.raises(MeterError, match="no visible GPU"):
        Amdsmi()


def test_hwmon(tmp_path):
    for card, vendor, files in [
        ("card0", "0x8086", {"energy1_input": "1"}),
        ("card1", "0x1002", {"power1_average": "125000000"}),
        ("card2", "0x1002", {"energy1_input": "7000000", "power1_input": "1"}),
        ("card1-DP-1", "0x1002", {"power1_average": "9"}),
    ]:
        sensors = tmp_path / card / "device" / "hwmon" / "hwmon3"
        sensors.mkdir(parents=True)
        (tmp_path / card / "device" / "vendor").write_text(vendor + "\n")
        (tmp_path / card / "device" / "device").write_text("0x740f\n")
        for name, value in files.items():
            (sensors / name).write_text(value + "\n")
    meter = Hwmon(str(tmp_path))
    assert [(d.id, d.source, d.name) for d in meter.devices] == [
        ("gpu0", "samples", "AMD GPU 0x740f"),
        ("gpu1", "counter", "AMD GPU 0x740f"),
    ]
    assert [meter.read(i).value for i in (0, 1)] == [125.0, 7.0]
    with pytest.raises(MeterError, match="no visible AMD GPU"):
        Hwmon(str(tmp_path / "none"))


# ---- Zeus, CodeCarbon, the choice


def test_zeus(tmp_path, monkeypatch):
    class Gpus:
        energy = 0

        def __len__(self):
            return 2

        def supports_get_total_energy_consumption(self, i):
            return i == 1

        def get_name(self, i):
            return f"GPU {i}"

        def get_total_energy_consumption(self, i):
            self.energy += 2500
            return self.energy

    module = types.ModuleType("zeus.device.gpu")
    module.get_gpus = lambda: gpus
    gpus = Gpus()
    for name in ("zeus", "zeus.device"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "zeus.device.gpu", module)
    with eahas.log(tmp_path, energy=Zeus()) as run:
        run.epoch(acc=1)
    assert eahas.read_log(run.path).epochs[0].joules == 2.5 and list(header(run)["devices"]) == ["gpu1"]


def test_zeus_chip(monkeypatch):
    class Chip:
        def get_available_metrics(self):
            return {"cpu_total_mj", "gpu_mj", "efficiency_cluster_mj"}

        def get_total_energy_consumption(self):
            return types.SimpleNamespace(cpu_total_mj=2000, gpu_mj=500, efficiency_cluster_mj=900)

    module = types.ModuleType("zeus.device.soc")
    module.get_soc = Chip
    for name in ("zeus", "zeus.device"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "zeus.device.soc", module)
    meter = Zeus()
    assert meter.read(0).value == 2.5 and meter.devices[0].name == "cpu_total + gpu"


def test_codecarbon_is_a_model(tmp_path, monkeypatch):
    class Tracker:
        running = False

        def __init__(self, **options):
            assert options["save_to_file"] is False

        def start_task(self):
            assert not self.running
            self.running = True

        def stop_task(self):
            assert self.running
            self.running = False
            return types.SimpleNamespace(energy_consumed=1e-6)

        def stop(self):
            pass

    module = types.ModuleType("codecarbon")
    module.OfflineEmissionsTracker = Tracker
    monkeypatch.setitem(sys.modules, "codecarbon", module)
    with eahas.log(tmp_path, energy="codecarbon") as run:
        run.epoch(acc=1)
        run.epoch(acc=1)
    assert [e.joules for e in eahas.read_log(run.path).epochs] == [pytest.approx(3.6), pytest.approx(7.2)]
    assert header(run)["energy"] == {"source": "model", "tool": "codecarbon"}
    assert header(run)["devices"]["machine"]["source"] == "model"


def test_codecarbon_itself(tmp_path):
    pytest.importorskip("codecarbon")
    meter = CodeCarbon()
    time.sleep(0.2)
    assert 0 < meter.read(0).value < 1000
    meter.close()


class Constant:
    """A counter that rises by 10 J a reading."""

    def __init__(self, id="x", source="counter"):
        self.devices = [Device(id, "gpu", "constant", source, "own")]
        self.value = 0.0
        self.closed = 0

    def read(self, index):
        self.value += 10
        return Reading(self.value)

    def close(self):
        self.closed += 1


def test_order_and_reasons(monkeypatch):
    """Nothing is taken without being asked for but a meter that measures."""
    import eahas.logger.choose as c

    def absent():
        raise MeterError("absent")

    tried = []

    def present():
        tried.append("present")
        return Constant()

    meters = {
        "nvml": (absent,),
        "amd": (absent, absent),
        "rapl": (present,),
        "zeus": (present,),
        "codecarbon": (present,),
    }
    monkeypatch.setattr(c, "METERS", meters)
    meter, reasons = choose("auto")
    assert isinstance(meter, Constant) and tried == ["present"]
    assert reasons == "nvml: absent; amd: absent; absent"
    monkeypatch.setattr(c, "METERS", {k: (absent,) if k != "codecarbon" else v for k, v in meters.items()})
    meter, reasons = choose("auto")
    assert list(meter.devices) == [] and "zeus: absent" in reasons
    with pytest.raises(MeterError, match="absent"):
        choose("nvml")


def test_several(tmp_path):
    a, b = Constant("a"), Constant("b", "model")
    with eahas.log(tmp_path, energy=[a, b]) as run:
        run.epoch(acc=1)
    assert eahas.read_log(run.path).epochs[0].joules == 20.0
    assert header(run)["energy"]["source"] == "model"  # one part that is not measured makes the sum a model
    assert (a.closed, b.closed) == (1, 1)
    with pytest.raises(ValueError, match="twice"):
        choose([Constant("a"), Constant("a")])


def test_idle_power(tmp_path):
    class Clocked(Constant):
        def read(self, index):
            return Reading(50.0 * time.monotonic())

    watts = idle_watts(Clocked(), 0.2)
    assert watts["x"] == pytest.approx(50, rel=0.01)
    with eahas.log(tmp_path, energy=Clocked(), idle=0.2) as run:
        run.epoch(acc=1)
    assert header(run)["devices"]["x"]["idle_watts"] == pytest.approx(50, rel=0.01)
    assert eahas.read_log(run.path).epochs[0].joules < 50 * 0.2  # nothing of the idle time is in the run's joules


def test_resumed_sums(tmp_path):
    def begin(meter, **more):
        return eahas.log(tmp_path, run_id="r", energy=meter, **more)

    run = begin(Constant("gpu0"))
    for _ in range(3):
        run.epoch(acc=1)  # 10, 20, 30 J; then it is killed
    with begin(Constant("gpu0"), resume=2) as run:
        run.epoch(acc=1)
    read = eahas.read_log(run.path)
    assert [e.joules for e in read.epochs] == [10, 20, 30]  # 20 of before and 10 of its own
    with begin(Constant("gpu1"), resume=3) as run:  # another machine's card
        run.epoch(acc=1)
    read = eahas.read_log(run.path)
    assert read.epochs[-1].joules == 40 and set(read.epochs[-1].devices) == {"gpu0", "gpu1"}


def test_resumed_without_known_joules(tmp_path):
    """What was unknown at the checkpoint stays unknown."""

    class Failing(Constant):
        def read(self, index):
            if self.value >= 20:
                raise MeterError("lost")
            return super().read(index)

    run = eahas.log(tmp_path, run_id="r", energy=Failing())
    run.epoch(acc=1)
    run.epoch(acc=1)
    with eahas.log(tmp_path, run_id="r", energy=Constant(), resume=2) as run:
        run.epoch(acc=1)
    assert [e.joules for e in eahas.read_log(run.path).epochs] == [10, None, None]
