//! The decoder and the captioner on small random packs: against the reference, on every instruction
//! set, and on packs that do not hold together.

use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::captioner::Captioner;
use super::decoder::Decoder;
use super::settings::CaptionSettings;
use super::state::State;
use super::types::{CaptionOptions, CaptionToken};
use crate::exec::{Output, Pool};
use crate::graph::{Activation, Graph, Input, Node, Op, Padding, Value, Window};
use crate::pack::{Pack, PackHeader, PackTensor, PackTensorData, pack_bytes};
use crate::read::CancelToken;
use crate::{Error, Precision};

const WIDTH: usize = 40;
const MIDDLE: usize = 112;
const HEADS: usize = 4;
const LAYERS: usize = 2;
const PLACES: usize = 9;
const WORDS: usize = 150;
const STEPS: usize = 12;
const FEATURES: usize = 8;

/// Numbers of `-1..1` that depend on `seed`.
fn reals(seed: usize, len: usize) -> Vec<f32> {
    let mut state = seed as u64 * 77 + 5;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// Adds a matrix, quantized where `precision` says so. Magnitudes of at most 64 keep any two within
/// what the kernels add in 16 bits.
fn matrix(out: &mut Vec<PackTensor>, name: &str, [rows, columns]: [usize; 2], precision: Precision) {
    let factor = 2.0 / (columns as f32).sqrt();
    let weight: Vec<f32> = reals(out.len(), rows * columns).iter().map(|w| w * factor).collect();
    let data = match precision {
        Precision::F32 => PackTensorData::F32(weight),
        Precision::Int8 => {
            let scales: Vec<f32> = weight
                .chunks(columns)
                .map(|row| row.iter().fold(0f32, |a, w| a.max(w.abs())) / 64.0)
                .collect();
            let q = weight.iter().enumerate().map(|(i, w)| (w / scales[i / columns]).round() as i8);
            let data = PackTensorData::I8(q.collect());
            out.push(PackTensor {
                name: format!("{name}.scale"),
                shape: vec![rows],
                data: PackTensorData::F32(scales),
            });
            data
        }
    };
    out.push(PackTensor { name: format!("{name}.weight"), shape: vec![rows, columns], data });
}

fn reals_tensor(out: &mut Vec<PackTensor>, name: &str, shape: &[usize], middle: f32) {
    let len = shape.iter().product();
    let data = reals(out.len() + 1000, len).iter().map(|v| 0.3 * v + middle).collect();
    out.push(PackTensor { name: name.into(), shape: shape.to_vec(), data: PackTensorData::F32(data) });
}

fn bytes_tensor(out: &mut Vec<PackTensor>, name: &str, bytes: Vec<u8>) {
    out.push(PackTensor { name: name.into(), shape: vec![bytes.len()], data: PackTensorData::U8(bytes) });
}

fn settings() -> CaptionSettings {
    CaptionSettings {
        version: 1,
        heads: HEADS,
        layers: LAYERS,
        max_tokens: STEPS,
        beam: 3,
        alpha: 0.7,
        no_repeat_ngram: 0,
    }
}

fn vocabulary() -> String {
    let words = (4..WORDS).map(|i| if i % 5 == 0 { format!("##{i}") } else { format!("w{i}") });
    ["<pad>", "<bos>", "<eos>", "<unk>"]
        .map(str::to_owned)
        .into_iter()
        .chain(words)
        .collect::<Vec<_>>()
        .join("\n")
}

fn tensors(precision: Precision) -> Vec<PackTensor> {
    let mut out = Vec::new();
    let t = &mut out;
    reals_tensor(t, "tail.memory.weight", &[WIDTH, 1, 1, FEATURES], 0.0);
    reals_tensor(t, "tail.memory.bias", &[WIDTH], 0.0);
    reals_tensor(t, "memory.position", &[PLACES, WIDTH], 0.0);
    reals_tensor(t, "position", &[STEPS, WIDTH], 0.0);
    matrix(t, "embedding", [WORDS, WIDTH], precision);
    reals_tensor(t, "logits.bias", &[WORDS], 0.0);
    let norms = (0..LAYERS).flat_map(|l| (1..=3).map(move |n| format!("layers.{l}.norm{n}")));
    for name in norms.chain(["memory.norm".into(), "norm".into()]) {
        reals_tensor(t, &format!("{name}.weight"), &[WIDTH], 1.0);
        reals_tensor(t, &format!("{name}.bias"), &[WIDTH], 0.0);
    }
    for l in 0..LAYERS {
        let shapes = [
            ("self.qkv", [3 * WIDTH, WIDTH]),
            ("self.out", [WIDTH, WIDTH]),
            ("cross.q", [WIDTH, WIDTH]),
            ("cross.kv", [2 * WIDTH, WIDTH]),
            ("cross.out", [WIDTH, WIDTH]),
            ("ffn.up", [MIDDLE, WIDTH]),
            ("ffn.down", [WIDTH, MIDDLE]),
        ];
        for (name, shape) in shapes {
            let name = format!("layers.{l}.{name}");
            matrix(t, &name, shape, precision);
            reals_tensor(t, &format!("{name}.bias"), &[shape[0]], 0.0);
        }
    }
    bytes_tensor(t, "vocabulary", vocabulary().into_bytes());
    bytes_tensor(t, "settings", serde_json::to_vec(&settings()).expect("plain data"));
    out
}

fn graph() -> Graph {
    let value = |name: &str, channels| Value { name: name.into(), channels, quant: None };
    let window = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Same };
    Graph {
        name: "caption".into(),
        input: Input { scale: 1.0, offset: 0.0, shift: [0.0; 3], multiple_of: [1, 1], fixed: [3, 3] },
        values: vec![value("features", FEATURES), value("memory", WIDTH)],
        nodes: vec![Node {
            name: "tail.memory".into(),
            op: Op::Conv { window, depthwise: false, activation: Activation::None },
            inputs: vec![0],
            output: 1,
        }],
        outputs: vec![1],
    }
}

/// A pack in a folder that goes with it.
fn pack(precision: Precision, tensors: &[PackTensor]) -> (tempfile::TempDir, Pack) {
    let header = PackHeader {
        id: format!("caption-{}", precision.as_str()),
        precision,
        licence: "CC0-1.0".into(),
        provenance: "a test".into(),
        calibration: String::new(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("caption.safetensors");
    std::fs::write(&path, pack_bytes(&header, &graph(), tensors)).expect("written");
    let pack = Pack::open(&path).expect("a pack");
    (folder, pack)
}

fn decoder(precision: Precision, kernels: &'static Kernels) -> (tempfile::TempDir, Arc<Pack>, Decoder) {
    let (folder, pack) = pack(precision, &tensors(precision));
    let pack = Arc::new(pack);
    let decoder = Decoder::load(pack.clone(), &settings(), WORDS, kernels).expect("a decoder");
    (folder, pack, decoder)
}

/// Rows that part and end as those of a search do: parents and tokens of every step.
fn walk() -> Vec<(Vec<usize>, Vec<u32>)> {
    let mut seed = 3usize;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12345) % (1 << 31);
        (seed >> 8) % n
    };
    let mut steps = vec![(vec![0], vec![1])];
    let mut rows = 1;
    for step in 1..STEPS {
        let count = [3, 3, 2, 4, 1, 4][step % 6];
        steps.push((
            (0..count).map(|_| next(rows)).collect(),
            (0..count).map(|_| next(WORDS) as u32).collect(),
        ));
        rows = count;
    }
    steps
}

/// Runs the walk and calls `see` with each row's tokens and logits.
fn run_walk(decoder: &Decoder, memory: &[f32], parallel: bool, mut see: impl FnMut(&[u32], &[f32])) {
    let mut state = State::new(decoder, 4);
    decoder.prepare(&mut state, memory);
    let mut rows: Vec<Vec<u32>> = vec![Vec::new()];
    for (parents, tokens) in walk() {
        decoder.step(&mut state, &parents, &tokens, parallel);
        rows = parents.iter().zip(&tokens).map(|(p, t)| [&rows[*p][..], &[*t]].concat()).collect();
        for (i, row) in rows.iter().enumerate() {
            let logits: Vec<f32> = state.logits(i).flat_map(|(_, piece)| piece.to_vec()).collect();
            see(row, &logits);
        }
        let mut attention = [0.0; PLACES];
        state.attention(0, &mut attention);
        assert!((attention.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[cfg(feature = "reference")]
mod parity {
    use super::super::reference::DecoderReference;
    use super::*;

    /// Largest difference of the logits of allowed tokens, and whether the best is the same.
    fn compare(fast: &[f32], reference: &[f32]) -> (f32, bool) {
        let allowed = |v: &[f32]| -> Vec<(usize, f32)> {
            v.iter().copied().enumerate().filter(|(i, _)| ![0, 1, 3].contains(i)).collect()
        };
        let (a, b) = (allowed(fast), allowed(reference));
        let best = |v: &[(usize, f32)]| v.iter().max_by(|x, y| x.1.total_cmp(&y.1)).map(|x| x.0);
        let largest = a.iter().zip(&b).map(|(x, y)| (x.1 - y.1).abs()).fold(0.0, f32::max);
        (largest, best(&a) == best(&b))
    }

    #[test]
    fn steps_in_f32_are_those_of_the_reference() {
        let memory = reals(9, PLACES * WIDTH);
        for kernels in Kernels::available() {
            let (_folder, pack, decoder) = decoder(Precision::F32, kernels);
            let reference = DecoderReference::open(&pack).expect("a reference");
            run_walk(&decoder, &memory, false, |row, logits| {
                let all = reference.logits(&memory, row).expect("logits");
                let (largest, _) = compare(logits, &all[(row.len() - 1) * WORDS..]);
                assert!(largest < 1e-4, "{:?}: {largest}", kernels.isa());
                assert!([0, 1, 3].iter().all(|never| logits[*never] == f32::NEG_INFINITY));
            });
        }
    }

    #[test]
    fn steps_in_int8_are_close_to_the_reference_and_the_same_everywhere() {
        let memory = reals(9, PLACES * WIDTH);
        let mut first: Option<Vec<Vec<f32>>> = None;
        for kernels in Kernels::available() {
            let (_folder, pack, decoder) = decoder(Precision::Int8, kernels);
            let reference = DecoderReference::open(&pack).expect("a reference");
            let (mut same, mut rows, mut spread, mut all_logits) = (0, 0, 0f32, Vec::new());
            run_walk(&decoder, &memory, false, |row, logits| {
                let all = reference.logits(&memory, row).expect("logits");
                let expected = &all[(row.len() - 1) * WORDS..];
                let (largest, best) = compare(logits, expected);
                let size = expected.iter().fold(0f32, |a, v| a.max(v.abs()));
                spread = spread.max(largest / size);
                same += usize::from(best);
                rows += 1;
                all_logits.push(logits.to_vec());
            });
            assert!(spread < 0.08, "{:?}: {spread}", kernels.isa());
            assert!(same * 10 >= rows * 9, "{:?}: {same} of {rows}", kernels.isa());
            let first = first.get_or_insert_with(|| all_logits.clone());
            let near = |(a, b): (&f32, &f32)| a == b || (a - b).abs() < 0.2;
            assert!(first.iter().flatten().zip(all_logits.iter().flatten()).all(near), "{:?}", kernels.isa());
        }
    }
}

#[test]
fn two_threads_and_one_give_the_same() {
    let memory = reals(4, PLACES * WIDTH);
    for precision in [Precision::F32, Precision::Int8] {
        let (_folder, _pack, decoder) = decoder(precision, Kernels::best());
        let mut one = Vec::new();
        run_walk(&decoder, &memory, false, |_, logits| one.push(logits.to_vec()));
        let mut two = Vec::new();
        let pool = Pool::new(2).expect("a pool");
        pool.install(|| run_walk(&decoder, &memory, true, |_, logits| two.push(logits.to_vec())));
        assert_eq!(one, two);
    }
}

#[test]
fn a_step_allocates_nothing() {
    for precision in [Precision::F32, Precision::Int8] {
        let (_folder, _pack, decoder) = decoder(precision, Kernels::best());
        let mut state = State::new(&decoder, 4);
        let memory = reals(4, PLACES * WIDTH);
        let steps = walk();
        let counted = allocation_counter::measure(|| {
            decoder.prepare(&mut state, &memory);
            for (parents, tokens) in &steps {
                decoder.step(&mut state, parents, tokens, false);
            }
        });
        assert_eq!(counted.count_total, 0, "{precision:?} allocated {} bytes", counted.bytes_total);
    }
}

fn caption(
    captioner: &Captioner,
    features: &[f32],
    options: &CaptionOptions,
) -> crate::Result<(super::Caption, Vec<CaptionToken>)> {
    let mut told = Vec::new();
    let mut tell = |t: &CaptionToken| told.push(t.clone());
    let pool = Pool::new(2).expect("a pool");
    let features = Output::F32(features);
    let caption = captioner.caption(features, [3, 3], options, &pool, &mut tell, &CancelToken::new())?;
    Ok((caption, told))
}

#[test]
fn a_caption_is_what_its_tokens_said() {
    let (_folder, pack) = pack(Precision::F32, &tensors(Precision::F32));
    let captioner = Captioner::load(pack, Kernels::best()).expect("a captioner");
    assert_eq!(captioner.features(), (FEATURES, None));
    let features = reals(6, 9 * FEATURES);
    for (beam, attention) in [(Some(1), true), (None, false), (Some(5), true)] {
        let options = CaptionOptions { beam, attention, ..CaptionOptions::default() };
        let (caption, told) = caption(&captioner, &features, &options).expect("a caption");
        assert_eq!(told, caption.tokens);
        let joined: String = told.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(format!("{joined}."), caption.text);
        assert!(caption.confidence > 0.0 && caption.confidence <= 1.0);
        assert!(caption.steps <= STEPS && (caption.complete || caption.tokens.len() == STEPS));
        for t in &caption.tokens {
            assert_eq!(t.attention.len(), if attention { PLACES } else { 0 });
        }
        let receipts = captioner.receipts(&caption, [3, 3], beam.unwrap_or(captioner.settings().beam));
        assert!(receipts.iter().all(|r| r.macs > 0));
    }
    let short = CaptionOptions { max_tokens: Some(2), ..CaptionOptions::default() };
    assert!(caption(&captioner, &features, &short).expect("a caption").0.steps <= 2);
    for bad in
        [CaptionOptions { beam: Some(0), ..short.clone() }, CaptionOptions { max_tokens: Some(0), ..short }]
    {
        assert!(matches!(caption(&captioner, &features, &bad), Err(Error::InvalidOption { .. })));
    }
    assert!(matches!(
        caption(&captioner, &features[1..], &CaptionOptions::default()),
        Err(Error::Model { .. })
    ));
}

#[test]
fn packs_that_do_not_hold_together_are_refused() {
    let refused = |tensors: &[PackTensor], what: &str| {
        let (_folder, pack) = pack(Precision::Int8, tensors);
        match Captioner::load(pack, Kernels::best()) {
            Err(Error::PackDamaged { .. } | Error::Model { .. } | Error::PackVersion { .. }) => {}
            Err(other) => panic!("{what}: {other}"),
            Ok(_) => panic!("{what} is taken"),
        }
    };
    let whole = tensors(Precision::Int8);
    for i in 0..whole.len() {
        let mut less = whole.clone();
        let name = less.remove(i).name;
        refused(&less, &format!("without {name}"));
        if whole[i].shape.len() == 2 || matches!(whole[i].data, PackTensorData::F32(_)) {
            let mut cut = whole.clone();
            let row: usize = cut[i].shape.iter().skip(1).product();
            cut[i].shape[0] -= 1;
            match &mut cut[i].data {
                PackTensorData::F32(v) => v.truncate(v.len() - row),
                PackTensorData::I8(v) => v.truncate(v.len() - row),
                PackTensorData::U8(_) => {}
            }
            // Fewer positions than steps, or another number of words, features or places.
            refused(&cut, &format!("{name} cut short"));
        }
        let tail = name.starts_with("tail.");
        if let PackTensorData::F32(v) = &whole[i].data
            && !tail
        {
            for bad in [f32::NAN, f32::INFINITY] {
                let mut broken = whole.clone();
                let mut v = v.clone();
                v[0] = bad;
                broken[i].data = PackTensorData::F32(v);
                refused(&broken, &format!("{name} of {bad}"));
            }
        }
    }
    let texts = [
        "",
        "{}",
        "null",
        "{\"version\":9,\"heads\":4,\"layers\":2,\"max_tokens\":12,\"beam\":3,\"alpha\":0.7,\"no_repeat_ngram\":0}",
    ];
    let heads = |heads: usize, beam: usize| {
        serde_json::to_string(&CaptionSettings { heads, beam, ..settings() }).expect("plain data")
    };
    let texts =
        texts.map(str::to_owned).into_iter().chain([heads(3, 3), heads(0, 3), heads(4, 0), heads(4, 99)]);
    for text in texts {
        let mut other = whole.clone();
        other.retain(|t| t.name != "settings");
        bytes_tensor(&mut other, "settings", text.clone().into_bytes());
        refused(&other, &text);
    }
}
