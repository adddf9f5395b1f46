//! Times rten on the detector and the recognizer.
//!
//! usage: rten-bench MODELS_FOLDER [THREADS [RUNS]]
//!
//! Prints one JSON object a line, model and shape, as `glimpse bench-models --json` does.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

/// Model, file, name of the shape, shape.
const CASES: [(&str, &str, &str, [usize; 4]); 4] = [
    ("det", "PP-OCRv6_det_small.onnx", "640x640", [1, 3, 640, 640]),
    ("det", "PP-OCRv6_det_small.onnx", "736x736", [1, 3, 736, 736]),
    ("rec", "PP-OCRv6_rec_small.onnx", "48x320", [1, 3, 48, 320]),
    ("rec", "PP-OCRv6_rec_small.onnx", "6x48x320", [6, 3, 48, 320]),
];

const WARM_UPS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder: PathBuf = args.next().ok_or("usage: rten-bench MODELS_FOLDER [THREADS [RUNS]]")?.into();
    let threads: usize = args.next().map_or(Ok(1), |a| a.parse())?;
    let runs: usize = args.next().map_or(Ok(5), |a| a.parse())?;
    let pool = Arc::new(ThreadPool::with_num_threads(threads));
    for (name, file, shape_name, shape) in CASES {
        let model = load(&folder.join(file))?;
        let times = time(&model, shape, &pool, runs)?;
        println!(
            "{{\"runtime\":\"rten\",\"model\":\"{name}\",\"shape\":\"{shape_name}\",\"precision\":\"f32\",\
             \"threads\":{threads},\"ms_median\":{:.3},\"ms_min\":{:.3},\"runs\":{runs}}}",
            median(&times),
            times[0],
        );
    }
    Ok(())
}

/// Loads with packed weights, which is rten's fastest setting.
fn load(path: &Path) -> Result<Model, Box<dyn Error>> {
    let model = ModelOptions::with_all_ops().prepack_weights(true).load_file(path);
    model.map_err(|e| format!("{}: {e}", path.display()).into())
}

/// Milliseconds of each run, in ascending order.
fn time(
    model: &Model,
    shape: [usize; 4],
    pool: &Arc<ThreadPool>,
    runs: usize,
) -> Result<Vec<f64>, Box<dyn Error>> {
    let data = noise(shape.iter().product());
    let input = NdTensor::from_data(shape, data);
    let mut times = Vec::with_capacity(runs);
    for run in 0..WARM_UPS + runs.max(1) {
        let view: NdTensorView<f32, 4> = input.view();
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        let start = Instant::now();
        let output = model.run_one(view.into(), Some(options))?;
        let elapsed = start.elapsed().as_secs_f64() * 1e3;
        std::hint::black_box(output);
        if run >= WARM_UPS {
            times.push(elapsed);
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
}

/// Values between -1 and 1 of a linear congruential generator (Numerical Recipes' constants).
fn noise(len: usize) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}
