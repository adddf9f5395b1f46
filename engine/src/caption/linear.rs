//! A linear layer over a few rows: integer weights on rows that are quantized as they come, or `f32`.

use glimpse_kernels::fgemm::{FConv, FScratch, FWeights};
use glimpse_kernels::qgemm::{ConvGeometry, QActivation, QConv, QOutput, QScratch, QWeights};
use glimpse_kernels::rows::{RowFinish, RowGrid};
use glimpse_kernels::{Kernels, SLACK};

use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// Weights and bias.
#[derive(Debug)]
pub(super) struct Linear {
    inputs: usize,
    bias: Vec<f32>,
    weights: Weights,
}

#[derive(Debug)]
enum Weights {
    Integer { packed: QWeights, grid: RowGrid },
    Real(FWeights),
}

/// Rows of inputs and, for layers of integer weights, the same quantized.
#[derive(Debug)]
pub(super) struct Inputs {
    bytes: Vec<u8>,
    steps: Vec<f32>,
}

/// Memory that a product needs besides its inputs and outputs.
#[derive(Debug)]
pub(super) struct Products {
    sums: Vec<f32>,
    pointers: QScratch,
    real_pointers: FScratch,
    padding: Vec<u8>,
    zeros: Vec<f32>,
}

impl Inputs {
    /// Room for `rows` of `columns`.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self { bytes: vec![0; rows * columns + SLACK], steps: vec![0.0; rows] }
    }
}

impl Products {
    /// Room for `elements` results of layers of up to `columns` inputs.
    pub(super) fn new(elements: usize, columns: usize) -> Self {
        Self {
            sums: vec![0.0; elements],
            pointers: QScratch::with_taps(1),
            real_pointers: FScratch::with_taps(1),
            padding: vec![0; columns + SLACK],
            zeros: vec![0.0; columns],
        }
    }
}

/// Where a layer's tensors are: `weight` `[outputs, inputs]`, in `I8` with its `scale` `[outputs]`,
/// and `bias` `[outputs]`.
pub(super) struct LinearNames<'a> {
    pub(super) weight: &'a str,
    pub(super) scale: &'a str,
    pub(super) bias: &'a str,
}

/// The tensors of a layer.
pub(super) struct LinearTensors<'a> {
    inputs: usize,
    weight: TensorData<'a>,
    scale: &'a [f32],
    bias: Vec<f32>,
}

impl<'a> LinearTensors<'a> {
    /// The tensors of a layer of this shape.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where one is missing, has another shape, or has values that are not
    /// finite.
    pub(super) fn load(
        pack: &'a Pack,
        names: &LinearNames<'_>,
        [outputs, inputs]: [usize; 2],
    ) -> Result<Self> {
        let damaged = |reason: String| Error::PackDamaged { path: pack.path().to_owned(), reason };
        let tensor = pack.tensor(names.weight)?;
        if tensor.shape != [outputs, inputs] {
            return Err(damaged(format!(
                "{} has shape {:?}, it should be {:?}",
                names.weight,
                tensor.shape,
                [outputs, inputs]
            )));
        }
        let scale: &[f32] = match tensor.data {
            TensorData::F32(weight) => {
                check_finite(pack, names.weight, weight)?;
                &[]
            }
            TensorData::I8(_) => finite(pack, names.scale, outputs)?,
            TensorData::U8(_) => return Err(damaged(format!("{} is not numbers", names.weight))),
        };
        let bias = finite(pack, names.bias, outputs)?.to_vec();
        Ok(Self { inputs, weight: tensor.data, scale, bias })
    }

    /// Starts the results of `rows` at −∞.
    pub(super) fn exclude(&mut self, rows: &[u32]) {
        for row in rows {
            if let Some(bias) = self.bias.get_mut(*row as usize) {
                *bias = f32::NEG_INFINITY;
            }
        }
    }

    /// Lays out the outputs `columns` for `kernels`; inputs are quantized to `grid`.
    pub(super) fn pack(&self, kernels: &Kernels, columns: std::ops::Range<usize>, grid: RowGrid) -> Linear {
        let (k, n) = (self.inputs, columns.len());
        let span = columns.start * k..columns.end * k;
        let bias = self.bias[columns.clone()].to_vec();
        let weights = match self.weight {
            TensorData::I8(weight) => {
                let weight = &weight[span];
                let zero = i32::from(grid.zero_point());
                let sum = |row: &[i8]| row.iter().map(|w| i32::from(*w)).sum::<i32>();
                let start: Vec<i32> = weight.chunks_exact(k).map(|row| -zero * sum(row)).collect();
                let packed = QWeights::pack(kernels.qgemm(), weight, [n, 1, k], &start, &self.scale[columns]);
                Weights::Integer { packed, grid }
            }
            TensorData::F32(weight) => {
                Weights::Real(FWeights::pack(kernels.fgemm(), &weight[span], [n, 1, k], &bias))
            }
            TensorData::U8(_) => unreachable!("refused when loaded"),
        };
        Linear { inputs: k, bias, weights }
    }
}

/// The elements of the `f32` tensor `name`, `len` of them and all finite.
///
/// # Errors
/// [`Error::PackDamaged`] where it is not so.
pub(super) fn finite<'a>(pack: &'a Pack, name: &str, len: usize) -> Result<&'a [f32]> {
    let values = pack.floats(name, len)?;
    check_finite(pack, name, values)?;
    Ok(values)
}

fn check_finite(pack: &Pack, name: &str, values: &[f32]) -> Result<()> {
    if values.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    let reason = format!("{name} has values that are not finite");
    Err(Error::PackDamaged { path: pack.path().to_owned(), reason })
}

/// What the output stage of integer products does: nothing.
const PLAIN: QOutput = QOutput {
    activation: QActivation::Linear,
    post: 1.0,
    residual_scale: 0.0,
    offset: 0.0,
    min: 0,
    max: 255,
    min_f32: f32::NEG_INFINITY,
    max_f32: f32::INFINITY,
};

impl Linear {
    /// Outputs.
    pub(super) fn columns(&self) -> usize {
        self.bias.len()
    }

    /// Multiply-accumulates a row.
    pub(super) fn macs(&self) -> u64 {
        (self.inputs * self.columns()) as u64
    }

    /// Quantizes the rows of `x` into `inputs`, if this layer takes bytes.
    pub(super) fn load(&self, kernels: &Kernels, x: &[f32], inputs: &mut Inputs) {
        if let Weights::Integer { grid, .. } = &self.weights {
            let rows = x.len() / self.inputs;
            let steps = &mut inputs.steps[..rows];
            kernels.quantize_rows_u8(x, self.inputs, *grid, &mut inputs.bytes, steps);
        }
    }

    /// The layer on the rows of `x`, which `inputs` was [loaded](Self::load) with.
    pub(super) fn product(
        &self,
        kernels: &Kernels,
        x: &[f32],
        inputs: &Inputs,
        finish: RowFinish,
        out: &mut [f32],
        p: &mut Products,
    ) {
        let rows = x.len() / self.inputs;
        let geometry = ConvGeometry::pointwise(rows, self.inputs);
        let len = rows * self.columns();
        let (sums, out) = (&mut p.sums[..len], &mut out[..len]);
        match &self.weights {
            Weights::Integer { packed, .. } => {
                let padding_row = &p.padding;
                let conv = QConv { kernels, weights: packed, geometry, output: PLAIN, padding_row };
                conv.run_f32(&inputs.bytes, None, 0..rows, sums, &mut p.pointers);
                kernels.finish_rows_f32(sums, &inputs.steps[..rows], &self.bias, finish, out);
            }
            Weights::Real(packed) => {
                let low = if finish == RowFinish::Relu { 0.0 } else { f32::NEG_INFINITY };
                let range = [low, f32::INFINITY];
                let conv = FConv { kernels, weights: packed, geometry, range, padding_row: &p.zeros };
                if finish == RowFinish::Add {
                    conv.run(x, None, 0..rows, sums, &mut p.real_pointers);
                    out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
                } else {
                    conv.run(x, None, 0..rows, out, &mut p.real_pointers);
                }
            }
        }
    }

    /// [`load`](Self::load) and [`product`](Self::product).
    pub(super) fn apply(
        &self,
        kernels: &Kernels,
        x: &[f32],
        finish: RowFinish,
        out: &mut [f32],
        (inputs, products): (&mut Inputs, &mut Products),
    ) {
        self.load(kernels, x, inputs);
        self.product(kernels, x, inputs, finish, out, products);
    }
}
