use std::fs;
use std::path::Path;
use std::time::Duration;

use super::*;

/// A folder with `class/…` of sysfs and `self/…` of procfs.
struct System {
    root: tempfile::TempDir,
    probes: Probes,
    now: Instant,
}

impl System {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("self")).unwrap();
        let options =
            ProbeOptions { sysfs: Some(root.path().into()), procfs: Some(root.path().into()), phone: None };
        let system = Self { probes: Probes::new(options), root, now: Instant::now() };
        files.iter().for_each(|(path, text)| system.write(path, text));
        system
    }

    fn path(&self, path: &str) -> PathBuf {
        if path.starts_with("self/") {
            self.root.path().join(path)
        } else {
            self.root.path().join("class").join(path)
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    fn after(&mut self, milliseconds: u64) -> Readings {
        self.now += Duration::from_millis(milliseconds);
        self.probes.read_at(self.now)
    }
}

fn zones(zones: &[(&str, &str)]) -> System {
    let system = System::new(&[]);
    for (number, (name, temp)) in zones.iter().enumerate() {
        system.write(&format!("thermal/thermal_zone{number}/type"), &format!("{name}\n"));
        system.write(&format!("thermal/thermal_zone{number}/temp"), &format!("{temp}\n"));
    }
    system
}

#[test]
fn the_processor_s_hottest_zone_is_told() {
    let system = zones(&[
        ("acpitz", "91000"),
        ("cpu0-thermal", "48500"),
        ("cpu1-thermal", "52500"),
        ("cpu2-thermal", "-273000"),
    ]);
    let probe = system.probes.temperature();
    assert_eq!((probe.value, probe.unit.as_str()), (Some(52.5), "°C"));
    assert_eq!(probe.source, "thermal zone cpu1-thermal");
    assert_eq!(zones(&[("acpitz", "41000"), ("iwlwifi", "39000")]).probes.temperature().value, Some(41.0));
}

#[test]
fn chips_in_processors_are_asked_too() {
    let system = zones(&[("acpitz", "27800")]);
    system.write("hwmon/hwmon0/name", "nvme");
    system.write("hwmon/hwmon0/temp1_input", "70000");
    assert_eq!(system.probes.temperature().source, "thermal zone acpitz");
    system.write("hwmon/hwmon1/name", "k10temp\n");
    system.write("hwmon/hwmon1/temp1_input", "82000");
    system.write("hwmon/hwmon1/temp1_label", "Tctl");
    assert_eq!(system.probes.temperature().value, Some(82.0));
    system.write("hwmon/hwmon1/temp2_input", "55000");
    system.write("hwmon/hwmon1/temp2_label", "Tdie");
    assert_eq!(system.probes.temperature().source, "hwmon k10temp: Tdie");
    system.write("hwmon/hwmon2/name", "coretemp");
    system.write("hwmon/hwmon2/temp1_input", "61000");
    assert_eq!(system.probes.temperature(), known(61.0, "°C", "hwmon coretemp: temp1"));
}

#[test]
fn a_machine_that_tells_nothing_says_why() {
    let mut system = System::new(&[]);
    let readings = system.after(0);
    assert_eq!(readings.temperature, unknown("°C", "this system does not tell it"));
    assert_eq!(readings.power, unknown("mW", "this system does not tell it"));
    assert_eq!(readings.battery, unknown("%", "this system does not tell it"));
    assert_eq!(readings.cpu, unknown("%", "proc/self/stat tells no times"));
    assert_eq!(readings.memory, unknown("B", "proc/self/status has no VmRSS"));
    // A virtual machine has the folders and nothing in them.
    for folder in ["thermal", "power_supply", "powercap", "hwmon"] {
        fs::create_dir_all(system.path(folder)).unwrap();
    }
    let readings = system.after(250);
    assert_eq!(readings.temperature.source, "this device tells no temperature");
    assert_eq!(readings.power.source, "there is no battery that tells its power");
    assert_eq!(readings.battery.source, "there is no battery");
    assert!(!system.probes.on_battery());
}

#[test]
fn broken_sensors_are_unknown() {
    let mut system = zones(&[("cpu", "none"), ("cpu", ""), ("cpu", "999999999"), ("cpu", "NaN")]);
    system.write("hwmon/hwmon0/name", "coretemp");
    system.write("hwmon/hwmon0/temp1_input", "-128000");
    fs::create_dir_all(system.path("thermal/thermal_zone9/temp")).unwrap();
    system.write("thermal/thermal_zone9/type", "cpu");
    system.write("power_supply/BAT0/type", "Battery");
    system.write("power_supply/BAT0/status", "Discharging");
    system.write("power_supply/BAT0/power_now", "inf");
    system.write("power_supply/BAT0/capacity", "400");
    system.write("powercap/intel-rapl:0/name", "package-0");
    system.write("powercap/intel-rapl:0/energy_uj", "much");
    system.write("self/stat", "1 (x) R");
    fs::write(system.path("self/status"), [0xff, 0xfe, 0x00]).unwrap();
    for _ in 0..3 {
        let readings = system.after(300);
        assert_eq!(readings.temperature, unknown("°C", "this device tells no temperature"));
        let reason = "battery BAT0 tells neither power nor current; powercap package-0 tells no number";
        assert_eq!(readings.power, unknown("mW", reason));
        assert_eq!(readings.battery, unknown("%", "battery BAT0 tells no charge"));
        assert_eq!((readings.cpu.value, readings.memory.value), (None, None));
    }
}

#[test]
fn a_laptop_on_its_battery() {
    let mut system = System::new(&[
        ("power_supply/AC/type", "Mains"),
        ("power_supply/hidpp_battery_0/type", "Battery"),
        ("power_supply/hidpp_battery_0/scope", "Device"),
        ("power_supply/hidpp_battery_0/status", "Discharging"),
        ("power_supply/hidpp_battery_0/capacity", "5"),
        ("power_supply/BAT0/type", "Battery"),
        ("power_supply/BAT0/status", "Discharging"),
        ("power_supply/BAT0/power_now", "7250000"),
        ("power_supply/BAT0/capacity", "63"),
    ]);
    let readings = system.after(0);
    assert_eq!(readings.power, known(7250.0, "mW", "battery BAT0: power_now"));
    assert_eq!(readings.battery, known(63.0, "%", "battery BAT0: discharging"));
    assert!(system.probes.on_battery());

    system.write("power_supply/BAT0/power_now", "0");
    system.write("power_supply/BAT0/current_now", "-500000");
    system.write("power_supply/BAT0/voltage_now", "4000000");
    assert_eq!(system.after(250).power, known(2000.0, "mW", "battery BAT0: current_now × voltage_now"));

    // A second, larger one, of which the energy is told.
    system.write("power_supply/BAT0/energy_now", "10000000");
    system.write("power_supply/BAT0/energy_full", "20000000");
    system.write("power_supply/BAT1/type", "Battery");
    system.write("power_supply/BAT1/status", "Not charging");
    system.write("power_supply/BAT1/energy_now", "60000000");
    system.write("power_supply/BAT1/energy_full", "80000000");
    let readings = system.after(250);
    assert_eq!((readings.power.value, readings.battery.value), (Some(2000.0), Some(70.0)));

    system.write("power_supply/BAT0/status", "Charging");
    system.remove("power_supply/BAT1");
    let readings = system.after(250);
    assert_eq!(readings.power, unknown("mW", "battery BAT0 is not what feeds the device: charging"));
    assert!(!system.probes.on_battery());

    system.remove("power_supply");
    assert_eq!(system.after(250).battery.value, None);
}

fn desktop() -> System {
    System::new(&[
        ("powercap/intel-rapl:0/name", "package-0"),
        ("powercap/intel-rapl:0/energy_uj", "1000000"),
        ("powercap/intel-rapl:0/max_energy_range_uj", "262143328850"),
        ("powercap/intel-rapl:0:0/name", "core"),
        ("powercap/intel-rapl:0:0/energy_uj", "5"),
        ("powercap/intel-rapl-mmio:0/name", "package-0"),
        ("powercap/intel-rapl-mmio:0/energy_uj", "7"),
        ("powercap/dtpm/name", "dtpm"),
    ])
}

#[test]
fn a_desktop_tells_the_processor_s_power_between_two_readings() {
    let mut system = desktop();
    assert!(system.after(0).power.source.contains("needs a second reading"));
    system.write("powercap/intel-rapl:0/energy_uj", "11000000");
    let probe = system.after(500).power;
    assert_eq!(probe, known(20_000.0, "mW", "powercap package-0: the processor alone over 0.5 s"));
    // The mean is over the last second.
    system.write("powercap/intel-rapl:0/energy_uj", "16000000");
    assert_eq!(system.after(500).power.value, Some(15_000.0));
    system.write("powercap/intel-rapl:0/energy_uj", "21000000");
    assert_eq!(system.after(500).power.value, Some(10_000.0));
    // What is minutes ago is not now.
    assert_eq!(system.after(120_000).power.value, None);
    system.write("powercap/intel-rapl:0/energy_uj", "22000000");
    assert_eq!(system.after(1000).power.value, Some(1000.0));
}

#[test]
fn counters_wrap_and_begin_anew() {
    let mut system = desktop();
    system.write("powercap/intel-rapl:0/energy_uj", "262143000000");
    system.after(0);
    system.write("powercap/intel-rapl:0/energy_uj", "9671150");
    assert_eq!(system.after(1000).power.value, Some(10_000.0));
    // After a sleep it begins at 0: no processor drew what a wrap would mean.
    system.write("powercap/intel-rapl:0/energy_uj", "5");
    assert_eq!(system.after(1000).power.value, None);
    system.write("powercap/intel-rapl:0/energy_uj", "3000005");
    assert_eq!(system.after(1000).power.value, Some(3000.0));
    system.remove("powercap/intel-rapl:0/max_energy_range_uj");
    system.write("powercap/intel-rapl:0/energy_uj", "1");
    assert_eq!(system.after(1000).power.value, None);
}

#[test]
fn the_whole_platform_comes_before_its_processors_and_those_add_up() {
    let mut system = desktop();
    system.write("powercap/intel-rapl:1/name", "package-1");
    system.write("powercap/intel-rapl:1/energy_uj", "0");
    system.after(0);
    system.write("powercap/intel-rapl:0/energy_uj", "2000000");
    system.write("powercap/intel-rapl:1/energy_uj", "2000000");
    let probe = system.after(1000).power;
    assert_eq!(probe, known(3000.0, "mW", "powercap package-0 + package-1: the processor alone over 1.0 s"));
    system.write("powercap/intel-rapl:1/name", "psys");
    assert_eq!(system.after(1000).power.value, None);
    system.write("powercap/intel-rapl:1/energy_uj", "9000000");
    assert_eq!(system.after(1000).power, known(7000.0, "mW", "powercap psys: the whole platform over 1.0 s"));
}

#[test]
fn a_counter_that_vanishes_or_is_forbidden_says_so() {
    let mut system = desktop();
    system.after(0);
    system.write("powercap/intel-rapl:0/energy_uj", "3000000");
    assert_eq!(system.after(1000).power.value, Some(2000.0));
    system.remove("powercap/intel-rapl:0/energy_uj");
    assert!(system.after(1000).power.source.ends_with("powercap package-0 has no energy counter"));
    system.write("powercap/intel-rapl:0/energy_uj", "9000000");
    assert_eq!(system.after(1000).power.value, None);
    system.remove("powercap");
    assert_eq!(system.after(1000).power.source, "this system does not tell it");
}

#[cfg(unix)]
#[test]
fn a_forbidden_counter_is_unknown_with_the_reason() {
    use std::os::unix::fs::PermissionsExt;
    let mut system = desktop();
    let file = system.path("powercap/intel-rapl:0/energy_uj");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads it all the same.
    if fs::read(&file).is_ok() {
        assert!(system.after(0).power.source.contains("needs a second reading"));
    } else {
        assert!(system.after(0).power.source.contains("this user may not read the energy counter"));
    }
    let denied = rapl::reason("package-0", &std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    assert_eq!(denied, "powercap package-0: this user may not read the energy counter");
}

#[test]
fn processor_use_is_that_of_the_last_second() {
    let mut system = System::new(&[]);
    let stat = |steps: u32| format!("9 (glimpse) R 1 9 9 0 -1 0 0 0 0 0 {steps} 0 0 0 20 0 4 0 100 1 2");
    system.write("self/stat", &stat(100));
    assert_eq!(system.after(0).cpu, unknown("%", "needs a second reading"));
    for steps in [150, 200, 250, 300] {
        system.write("self/stat", &stat(steps));
        let probe = system.after(250).cpu;
        assert_eq!((probe.value, probe.unit.as_str()), (Some(200.0), "%"));
    }
    for _ in 0..4 {
        system.after(250);
    }
    assert_eq!(system.after(250).cpu.value, Some(0.0));
}

#[test]
fn memory_is_read_in_bytes() {
    let mut system = System::new(&[("self/status", "Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n")]);
    let readings = system.after(0);
    assert_eq!(readings.memory, known(1024.0 * 1024.0, "B", "proc/self/status: VmRSS"));
    assert_eq!(readings.memory_peak.value, Some(2048.0 * 1024.0));
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_answers_within_reason() {
    let probes = Probes::new(ProbeOptions::default());
    let (memory, peak) = probes.memory();
    assert!(memory.value.unwrap() > 1e6 && peak.value.unwrap() >= memory.value.unwrap() * 0.5);
    probes.read();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(200) {
        std::hint::black_box(Path::new("/").exists());
    }
    let cpu = probes.cpu().value.unwrap();
    assert!(cpu > 10.0, "{cpu} % of one core while one was busy");
}
