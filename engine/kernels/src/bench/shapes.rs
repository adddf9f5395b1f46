//! Layers of the models: detection at 384×384, recognition of one line 48×320, EfficientNet-Lite0.

use std::fmt;

use crate::conv::ConvGeometry;

/// What a layer computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// Integer convolution to that many channels.
    Dense { columns: usize, gelu: bool, residual: bool },
    /// Integer depthwise convolution.
    Depthwise,
    /// `f32` convolution to that many channels.
    Real { columns: usize },
}

/// A layer.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) place: &'static str,
    pub(super) operation: Operation,
    pub(super) geometry: ConvGeometry,
}

impl Layer {
    fn columns(&self) -> usize {
        match self.operation {
            Operation::Dense { columns, .. } | Operation::Real { columns } => columns,
            Operation::Depthwise => self.geometry.channels,
        }
    }

    /// Multiply-accumulates and bytes moved at least.
    pub(super) fn work(&self) -> (u64, u64) {
        let g = &self.geometry;
        let (pixels, columns) = (g.output[0] * g.output[1], self.columns());
        let depth = if self.operation == Operation::Depthwise { 1 } else { g.channels };
        let macs = pixels * columns * g.taps() * depth;
        let values = g.input[0] * g.input[1] * g.channels + columns * g.taps() * depth + pixels * columns;
        let size = if matches!(self.operation, Operation::Real { .. }) { 4 } else { 1 };
        (macs as u64, (values * size) as u64)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let g = &self.geometry;
        let (kind, end) = match self.operation {
            Operation::Dense { gelu: true, .. } => ("conv", " gelu"),
            Operation::Dense { residual: true, .. } => ("conv", " residual"),
            Operation::Dense { .. } => ("conv", ""),
            Operation::Depthwise => ("depthwise", ""),
            Operation::Real { .. } => ("f32 conv", ""),
        };
        let ([kh, kw], [sh, sw], [h, w]) = (g.kernel, g.stride, g.output);
        write!(
            f,
            "{kind} {kh}×{kw}/{sh}{sw} {}×{} at {h}×{w}{end} ({})",
            g.channels,
            self.columns(),
            self.place
        )
    }
}

fn window(output: [usize; 2], channels: usize, kernel: [usize; 2], stride: [usize; 2]) -> ConvGeometry {
    let input = [output[0] * stride[0], output[1] * stride[1]];
    let padding = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
    ConvGeometry { input, channels, output, kernel, stride, padding }
}

/// Every layer that is timed.
pub(super) fn layers() -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut add = |place, operation, geometry| layers.push(Layer { place, operation, geometry });
    let plain = |columns| Operation::Dense { columns, gelu: false, residual: false };
    let gelu = |columns| Operation::Dense { columns, gelu: true, residual: false };
    let residual = |columns| Operation::Dense { columns, gelu: false, residual: true };
    let point = |output, channels| window(output, channels, [1, 1], [1, 1]);

    add("detect stem", plain(24), window([192, 192], 4, [3, 3], [2, 2]));
    add("detect stem", plain(24), window([192, 192], 12, [2, 2], [1, 1]));
    for (side, c) in [(96, 48), (48, 96), (24, 192), (12, 384)] {
        add("detect expand", gelu(2 * c), point([side, side], c));
        add("detect compress", residual(c), point([side, side], 2 * c));
    }
    add("detect lateral", plain(96), point([48, 48], 96));
    add("detect head", plain(24), window([96, 96], 96, [3, 3], [1, 1]));
    for (size, c) in [([12, 80], 96), ([6, 80], 192), ([3, 80], 384)] {
        add("recognize expand", gelu(2 * c), point(size, c));
        add("recognize compress", residual(c), point(size, 2 * c));
    }
    add("recognize neck", plain(120), point([1, 40], 384));
    add("recognize mixer", plain(360), point([1, 40], 120));
    add("recognize characters", plain(18710), point([1, 40], 120));
    add("squeeze", plain(48), point([1, 1], 192));

    for (side, c) in [(96, 48), (48, 96), (24, 192), (12, 384)] {
        add("detect block", Operation::Depthwise, window([side, side], c, [3, 3], [1, 1]));
    }
    add("detect down", Operation::Depthwise, window([48, 48], 48, [3, 3], [2, 2]));
    add("detect down", Operation::Depthwise, window([12, 12], 192, [3, 3], [2, 2]));
    add("detect neck", Operation::Depthwise, window([96, 96], 96, [7, 7], [1, 1]));
    add("recognize block", Operation::Depthwise, window([6, 80], 192, [3, 3], [1, 1]));
    add("recognize down", Operation::Depthwise, window([3, 80], 384, [3, 3], [2, 1]));
    add("recognize mixer", Operation::Depthwise, window([1, 40], 120, [1, 7], [1, 1]));
    add("encoder", Operation::Depthwise, window([14, 14], 480, [5, 5], [1, 1]));
    add("encoder", Operation::Depthwise, window([28, 28], 144, [5, 5], [2, 2]));

    add("detect expand", Operation::Real { columns: 192 }, point([48, 48], 96));
    add("recognize compress", Operation::Real { columns: 192 }, point([6, 80], 384));
    add("detect head", Operation::Real { columns: 24 }, window([48, 48], 96, [3, 3], [1, 1]));
    layers
}
